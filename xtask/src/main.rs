//! The repository's own commands: `cargo xtask <command>`.

mod codegen;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  codegen           Generate both SDK crates from spec/openapi.yaml
  codegen --check   Write nothing; show what would change, and fail if anything would
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] | ["help" | "-h" | "--help", ..] | [_, "-h" | "--help"] => {
            print!("{USAGE}");
            ExitCode::SUCCESS
        }
        ["codegen"] => codegen::write(),
        ["codegen", "--check"] => codegen::check(),
        other => {
            eprint!("cargo xtask does not know `{}`.\n\n{USAGE}", other.join(" "));
            ExitCode::from(2)
        }
    }
}
