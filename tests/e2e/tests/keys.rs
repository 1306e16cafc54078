//! Keys that a program or the keyring gives, and that no key is ever seen again.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use e2e::{Answer, ModelServer, Project, run};

/// In no vendor's form: only who knows it can blot it out.
const KEY: &str = "unlikely-key-of-a-test-42";

struct Shell {
    project: Project,
    model: ModelServer,
}

impl Shell {
    /// `how` are the lines of `[providers.acme]` that say where the key is; `bin` is on the `PATH`.
    fn new(answers: Vec<Answer>, how: &str) -> anyhow::Result<Self> {
        let (project, model) = (Project::new(&[("a.txt", b"one\n")])?, ModelServer::start(answers)?);
        let settings = format!(
            "model = \"acme/m\"\n[providers.acme]\nkind = \"openai-chat\"\nbase_url = \"{}\"\n{how}\n",
            model.base_url
        );
        let config = project.home().join("config");
        std::fs::create_dir_all(&config)?;
        std::fs::create_dir_all(project.home().join("bin"))?;
        std::fs::write(config.join("config.toml"), settings)?;
        Ok(Self { project, model })
    }

    /// Puts a program on the `PATH`, which notes its arguments.
    fn program(&self, name: &str, script: &str) -> anyhow::Result<()> {
        let path = self.project.home().join("bin").join(name);
        let calls = self.project.home().join("calls");
        std::fs::write(
            &path,
            format!("#!/bin/sh\necho \"$@\" >> '{}'\n{script}\n", calls.display()),
        )?;
        Ok(std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?)
    }

    /// The arguments of the programs' calls.
    fn calls(&self) -> String {
        std::fs::read_to_string(self.project.home().join("calls")).unwrap_or_default()
    }

    /// With everything logged that there is to log.
    fn call(&self, args: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
        let bin = self.project.home().join("bin");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH")?);
        let env = [("PATH", path.as_str()), ("SINGLETREE_LOG", "trace")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let output: Output = run(&self.project.home(), self.project.root(), &env, args)?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(!said.contains(KEY), "{args:?} shows the key: {said}");
        assert_eq!(holding(&self.project.home()), Vec::<String>::new());
        Ok((output.status.code(), said))
    }
}

/// The files that hold the key, but for the programs that print it.
fn holding(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_name() != "bin").flat_map(|entry| {
        let path = entry.path();
        match path.is_dir() {
            true => holding(&path),
            false => vec![path.display().to_string()],
        }
    });
    let holds = |bytes: Vec<u8>| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    files.filter(|path| std::fs::read(path).is_ok_and(holds)).collect()
}

#[test]
fn a_program_gives_the_key_once() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new(), "api_key_command = [\"vault\", \"get key\"]")?;
    shell.program("vault", &format!("echo {KEY}; echo comment; echo warning >&2"))?;
    let (code, said) = shell.call(&["run", "say something"])?;
    assert_eq!((code, shell.calls().as_str()), (Some(0), "get key\n"), "{said}");
    assert_eq!(shell.model.requests().len(), 1);

    let (_, said) = shell.call(&["doctor"])?;
    assert!(said.contains("key from `vault get key`"), "{said}");
    let (_, said) = shell.call(&["config", "show"])?;
    assert!(said.contains("vault"), "{said}");
    Ok(())
}

#[test]
fn a_refused_key_is_asked_for_again_and_blotted_out_of_what_the_server_says() -> anyhow::Result<()> {
    let refusal = Answer::Status(401, format!("{{\"error\":{{\"message\":\"{KEY} has expired\"}}}}"));
    let shell = Shell::new(vec![refusal], "api_key_command = [\"vault\"]")?;
    shell.program("vault", &format!("echo {KEY}"))?;
    let (code, said) = shell.call(&["run", "say something", "--json"])?;
    assert_eq!((code, shell.calls().as_str()), (Some(5), "\n\n"), "{said}");
    assert!(said.contains("[secret] has expired"), "{said}");
    Ok(())
}

#[test]
fn a_program_that_fails_is_named_with_what_it_said() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new(), "api_key_command = [\"vault\"]")?;
    shell.program(
        "vault",
        &format!("echo {KEY}; echo 'vault: {KEY} is sealed' >&2; exit 2"),
    )?;
    let why = "the key command `vault` ended with 2: vault: [secret] is sealed; run it in a terminal to see, or correct \
               `api_key_command` of [providers.acme]";
    let (code, said) = shell.call(&["run", "say something"])?;
    assert_eq!(code, Some(5), "{said}");
    assert!(said.contains(why), "{said}");
    assert_eq!(shell.model.requests().len(), 0);
    let (_, said) = shell.call(&["doctor"])?;
    assert!(said.contains(why), "{said}");
    Ok(())
}

#[test]
#[cfg(target_os = "linux")]
fn the_keyring_gives_the_key() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new(), "api_key_keyring = \"me\"")?;
    shell.program("secret-tool", &format!("printf %s {KEY}"))?;
    let (code, said) = shell.call(&["run", "say something"])?;
    let asked = "lookup service singletree username me\n";
    assert_eq!((code, shell.calls().as_str()), (Some(0), asked), "{said}");
    let (_, said) = shell.call(&["doctor"])?;
    assert!(said.contains("key from the system's keyring, as `me`"), "{said}");

    shell.program("secret-tool", "exit 1")?;
    let (code, said) = shell.call(&["run", "say something"])?;
    assert_eq!(code, Some(5), "{said}");
    let remedy = "`secret-tool store --label=Singletree service singletree username me` puts a key there";
    assert!(said.contains(remedy), "{said}");
    Ok(())
}

#[test]
fn what_is_set_in_the_environment_comes_first() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new(), "api_key_env = \"HOME\"\napi_key_command = [\"vault\"]")?;
    shell.program("vault", &format!("echo {KEY}"))?;
    let (code, said) = shell.call(&["run", "say something"])?;
    assert_eq!((code, shell.calls().as_str()), (Some(0), ""), "{said}");
    Ok(())
}
