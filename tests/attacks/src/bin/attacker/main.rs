//! Attacks as a program: one subcommand each. Where they aim is in the environment (`OUT`, `VICTIM`, …); what came of
//! each try is a line of output. All are bounded, so that a machine with a hole survives them.

#[cfg(target_os = "linux")]
mod exhaustion;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "linux")]
mod links;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod privileges;
#[cfg(target_os = "linux")]
mod processes;
#[cfg(target_os = "linux")]
mod remains;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod secrets;
#[cfg(target_os = "linux")]
mod victim;

#[cfg(target_os = "linux")]
fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let families = [
        files::ATTACKS,
        links::ATTACKS,
        secrets::ATTACKS,
        processes::ATTACKS,
        remains::ATTACKS,
        network::ATTACKS,
        privileges::ATTACKS,
        exhaustion::ATTACKS,
        victim::TARGETS,
    ];
    let found = families.into_iter().flatten().find(|(known, _)| *known == name);
    match found {
        Some((_, attack)) => attack(),
        None => {
            report::say(&format!("no attack is called {name}"));
            std::process::exit(2);
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
