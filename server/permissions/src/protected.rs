//! The built-in lists: files that hold secrets, and files whose content something runs or obeys.
//!
//! A path is judged by its names alone, present or absent. The lists hold globs, in the form of [`crate::PathRule`],
//! between white space.

use std::sync::OnceLock;

use globset::Error;

use crate::rule::Matcher;

/// A group of paths with one rule id.
pub(crate) struct Group {
    pub(crate) rule: &'static str,
    /// Completes "`x` …".
    pub(crate) what: &'static str,
    matcher: Matcher,
}

impl Group {
    pub(crate) fn holds(&self, folded: &str) -> bool {
        self.matcher.is_match(folded)
    }
}

pub(crate) struct Lists {
    /// Reading and writing ask.
    secrets: Group,
    /// Writing asks.
    pub(crate) protected: Vec<Group>,
    /// Proposing is free; keeping without the user asks.
    pub(crate) executable: Group,
}

impl Lists {
    /// The secrets group, if it holds the path.
    pub(crate) fn secret(&self, folded: &str) -> Option<&Group> {
        let (folder, name) = folded.rsplit_once('/').unwrap_or(("", folded));
        let judged = if TEMPLATES.contains(&name) { folder } else { folded };
        Some(&self.secrets).filter(|secrets| secrets.holds(judged))
    }
}

const SECRETS: &str = "
    .env .env.* *.env .envrc *.pem *.key *.p12 *.pfx *.jks *.keystore *.kdbx *.ppk id_rsa* id_dsa* id_ecdsa*
    id_ed25519* credentials credentials.{json,toml,yml,yaml,ini,xml,csv} credentials.tfrc.json
    secrets.{json,toml,yml,yaml,ini,env} service-account*.json serviceaccount*.json *.tfvars
    *.tfstate *.tfstate.backup kubeconfig .secrets .secret .s3cfg .boto .token secret.txt secrets.txt token.txt vault.json .netrc _netrc .pgpass .my.cnf .npmrc
    .yarnrc.yml .pypirc .htpasswd .git-credentials .dockercfg .vault-token .ssh .aws .gnupg .kube .azure
    **/.docker/config.json **/.config/gcloud **/.config/gh/hosts.yml
";

/// Names that the list above would catch and that hold no secret.
const TEMPLATES: [&str; 4] = [".env.example", ".env.sample", ".env.template", ".env.dist"];

const GIT: &str = "
    .git git~1 .gitmodules .gitattributes .gitconfig .hg .hgrc .svn .jj
";

/// Our own settings and those of other agents, which would grant powers.
const AGENTS: &str = "
    .singletree .claude .codex .gemini .cursor .windsurf .opencode .mcp.json mcp_config.* .aider.conf.yml
    opencode.json permissions.yaml
";

const HOOKS: &str = "
    .husky .githooks **/git-hooks .pre-commit-config.{yml,yaml} {,.}lefthook{,-local}.{yml,yaml,toml,json}
    .lintstagedrc*
";

const EDITORS: &str = "
    .vscode .idea .zed .helix .fleet .nvim.lua .nvimrc .exrc .vimrc _vimrc .lvimrc .dir-locals.el
    .dir-locals-2.el .projectile .neoconf.json *.code-workspace *.sublime-project .devcontainer
    .devcontainer.json
";

const CI: &str = "
    **/.github/workflows **/.github/actions .gitlab-ci.{yml,yaml} **/.gitlab/ci .circleci .travis.yml
    azure-pipelines.{yml,yaml} jenkinsfile* .drone.{yml,yaml} .woodpecker .woodpecker.{yml,yaml}
    bitbucket-pipelines.yml .buildkite .forgejo .gitea appveyor.yml .cirrus.yml .ci
";

const SHELL: &str = "
    .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin
    .zlogout config.fish .inputrc .tmux.conf .screenrc .xprofile .xinitrc .cshrc .tcshrc .login *profile.ps1
";

/// What a build, a test run or opening the project executes.
const EXECUTABLE: &str = "
    build.rs cargo.toml **/.cargo/config **/.cargo/config.toml rust-toolchain rust-toolchain.toml
    package.json .pnpmfile.cjs setup.py setup.cfg pyproject.toml conftest.py sitecustomize.py
    usercustomize.py *.pth tox.ini noxfile.py tasks.py makefile gnumakefile *.mk justfile
    taskfile.{yml,yaml} cmakelists.txt *.cmake meson.build *.bazel *.gradle *.gradle.kts gradlew* mvnw*
    pom.xml go.mod go.work rakefile gemfile mix.exs flake.nix shell.nix default.nix dockerfile*
    *compose*.{yml,yaml} vagrantfile procfile configure *.config.{js,cjs,mjs,ts,cts,mts} .eslintrc*
    .prettierrc* .babelrc* .tool-versions mise.toml .mise.toml *.sh *.bash *.zsh *.fish *.ps1 *.bat *.cmd
";

/// The lists, compiled once.
pub(crate) fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "the globs are constants of this file, and every test compiles them"
    )]
    LISTS.get_or_init(|| compile().expect("the built-in globs are well-formed"))
}

fn compile() -> Result<Lists, Error> {
    Ok(Lists {
        secrets: group("secrets", "may hold secrets", SECRETS)?,
        protected: vec![
            group("protected.git", "steers version control, which runs what it names", GIT)?,
            group("protected.agents", "configures agents and what they may do", AGENTS)?,
            group("protected.hooks", "is a hook that runs by itself", HOOKS)?,
            group(
                "protected.editor",
                "configures an editor, which may run what it names",
                EDITORS,
            )?,
            group("protected.ci", "runs in continuous integration", CI)?,
            group("protected.shell", "runs when a shell starts", SHELL)?,
        ],
        executable: group(
            "keep.executable",
            "is run by a build, a test run or a shell",
            EXECUTABLE,
        )?,
    })
}

fn group(rule: &'static str, what: &'static str, globs: &str) -> Result<Group, Error> {
    Ok(Group {
        rule,
        what,
        matcher: Matcher::new(globs.split_whitespace())?,
    })
}
