//! The languages, and their commands: those that spec/README.md shows, followed by `run.sh` in `spec/conformance/LANGUAGE`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fake_gitlab::{DEMO_FAILED_JOB, FakeGitlab, GUEST_TOKEN, MAINTAINER_TOKEN};

use super::scene::Scene;
use crate::spec::Place;
use crate::spec::bundle::Bundle;
use crate::spec::tool::{self, Result};

/// What `run.sh` prints before the program's own output.
const RESULT: &str = "--- what the program prints ---";

pub(super) struct Language {
    /// As in the README's heading and the folder, in lower case.
    pub(super) name: &'static str,
    pub(super) editions: &'static [Edition],
    /// Commands that succeed if what is needed is installed, each with its Debian package.
    needs: &'static [(&'static str, &'static str)],
}

/// An edition of the spec.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Edition {
    #[value(name = "3.0")]
    V3_0,
    #[value(name = "3.1")]
    V3_1,
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
        })
    }
}

const BOTH: &[Edition] = &[Edition::V3_0, Edition::V3_1];
const PYTHON: (&str, &str) = ("python3 -c 'import ensurepip, venv'", "python3-venv");
const JAVA: (&str, &str) = ("java -version", "openjdk-17-jre-headless");
const NODE: (&str, &str) = ("node --version", "nodejs");
const NPM: (&str, &str) = ("npm --version", "npm");

pub(super) static LANGUAGES: [Language; 8] = [
    Language {
        name: "python",
        editions: BOTH,
        needs: &[PYTHON],
    },
    Language {
        name: "typescript",
        editions: BOTH,
        needs: &[NODE, NPM],
    },
    Language {
        name: "go",
        editions: BOTH,
        needs: &[PYTHON, JAVA, ("go version", "golang-go")],
    },
    Language {
        name: "java",
        editions: BOTH,
        needs: &[
            PYTHON,
            ("javac -version", "openjdk-17-jdk-headless"),
            (
                "test -e /usr/share/java/jakarta-annotation-api.jar",
                "libjakarta-annotation-api-java",
            ),
        ],
    },
    Language {
        name: "rust",
        // progenitor reads OpenAPI 3.0 alone.
        editions: &[Edition::V3_0],
        needs: &[("cargo --version", "cargo")],
    },
    Language {
        name: "ruby",
        editions: BOTH,
        needs: &[
            PYTHON,
            JAVA,
            ("ruby -e 'require \"typhoeus\"'", "ruby-typhoeus"),
        ],
    },
    Language {
        name: "zod",
        editions: BOTH,
        needs: &[NODE, NPM],
    },
    Language {
        name: "agents",
        editions: BOTH,
        needs: &[PYTHON],
    },
];

impl Language {
    /// Returns the Debian packages that are not installed, or an empty text.
    pub(super) fn missing(&self) -> String {
        let works = |command: &str| {
            let mut shell = Command::new("sh");
            shell.args(["-c", command]).stdin(Stdio::null());
            shell.output().is_ok_and(|output| output.status.success())
        };
        let missing = self.needs.iter().filter(|(command, _)| !works(command));
        let packages: Vec<&str> = missing.map(|(_, package)| *package).collect();
        match packages.as_slice() {
            [] => String::new(),
            packages => format!("not installed (Debian: {})", packages.join(" ")),
        }
    }
}

/// What is tried where.
pub(super) struct Workshop<'a> {
    pub(super) place: &'a Place,
    pub(super) published: &'a Bundle,
    /// What `dist` wrote.
    pub(super) dist: Option<&'a Path>,
    pub(super) language: &'static Language,
    pub(super) edition: Edition,
    /// The folder in which the commands run.
    pub(super) folder: PathBuf,
}

impl Workshop<'_> {
    pub(super) fn origin(&self) -> String {
        match self.packaged() {
            Some(_) => "the package".to_owned(),
            None => format!("OpenAPI {}", self.edition),
        }
    }

    fn source(&self) -> PathBuf {
        self.place
            .root
            .join("spec/conformance")
            .join(self.language.name)
    }

    /// Returns the commands that install what `dist` packaged, if it packages this language.
    fn packaged(&self) -> Option<PathBuf> {
        let commands = self.source().join("packaged.sh");
        (self.dist.is_some() && self.edition == Edition::V3_0 && commands.exists())
            .then_some(commands)
    }

    /// Copies the spec and the pinned versions of what the commands install.
    fn prepare(&self) -> Result<()> {
        let (json, yaml) = match self.edition {
            Edition::V3_0 => (&self.published.json, &self.published.yaml),
            Edition::V3_1 => (&self.published.json_3_1, &self.published.yaml_3_1),
        };
        // Whichever edition the commands name, they get the one that is tried.
        for (from, to) in [
            (json, "openapi.json"),
            (json, "openapi-3.1.json"),
            (yaml, "openapi.yaml"),
            (yaml, "openapi-3.1.yaml"),
        ] {
            copy(from, &self.folder.join(to))?;
        }
        for pins in ["package.json", "package-lock.json", "Cargo.lock"] {
            let from = self.source().join(pins);
            if from.exists() {
                copy(&from, &self.folder.join(pins))?;
            }
        }
        Ok(())
    }
}

/// Runs the commands, and then the program. Returns what the program printed.
pub(super) fn run(workshop: &Workshop<'_>, scene: &Scene) -> Result<String> {
    workshop.prepare()?;
    let packaged = workshop.packaged();
    let commands = match &packaged {
        Some(commands) => tool::read(commands)?,
        None => {
            let readme = tool::read(&workshop.place.root.join("spec/README.md"))?;
            commands(&readme, workshop.language.name)?.to_owned()
        }
    };
    let program = tool::read(&workshop.source().join("run.sh"))?;
    // The README's own example lists the failed jobs of this one.
    let example = FakeGitlab::builder().demo_project().start();
    let root = &workshop.place.root;
    let mut shell = Command::new("bash");
    shell
        .args(["-euo", "pipefail", "-c"])
        .arg(format!(
            "{commands}\nresult() {{ echo '{RESULT}'; }}\n{program}"
        ))
        .current_dir(&workshop.folder)
        .stdin(Stdio::null())
        .env("REPOSITORY", root)
        .env("HERE", workshop.source())
        .env("GITLAB_URL", example.url())
        .env("GITLAB_TOKEN", MAINTAINER_TOKEN)
        .env("PROJECT", "group/project")
        .env("CI_API_V4_URL", format!("{}/api/v4", scene.gitlab.url()))
        .env("PRIVATE_TOKEN", MAINTAINER_TOKEN)
        .env("GUEST_TOKEN", GUEST_TOKEN)
        .env("CI_JOB_TOKEN", &scene.job_token)
        .env(
            "PIP_CONSTRAINT",
            root.join("spec/conformance/constraints.txt"),
        )
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("GOTOOLCHAIN", "local")
        // One directory for all runs, so that only the first compiles the dependencies.
        .env("CARGO_TARGET_DIR", workshop.place.tools().join("cargo"));
    if let Some(dist) = workshop.dist {
        shell.env("DIST", dist);
    }
    let output = shell
        .output()
        .map_err(|error| format!("cannot run bash: {error}"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    let Some((before, result)) = printed.split_once(RESULT) else {
        return Err(format!(
            "the commands ended with {}\n{}",
            output.status,
            end(&printed, &errors)
        )
        .into());
    };
    if packaged.is_none() && !before.contains(&DEMO_FAILED_JOB.to_string()) {
        let problem = "the README's example does not print the failed job";
        return Err(format!("{problem}\n{}", end(before, &errors)).into());
    }
    // A program that fails says which operation did; one that ends before is itself the failure.
    if !output.status.success() && !result.contains("FAILED ") {
        return Err(format!(
            "the program ended with {}\n{}",
            output.status,
            end(result, &errors)
        )
        .into());
    }
    Ok(result.to_owned())
}

/// Returns the commands that the README shows for a language.
fn commands<'a>(readme: &'a str, language: &str) -> Result<&'a str> {
    let mut sections = readme.split("\n### ").skip(1);
    let section = sections.find(|section| {
        section
            .lines()
            .next()
            .is_some_and(|title| title.eq_ignore_ascii_case(language))
    });
    let block =
        section.and_then(|section| section.split("\n```sh\n").nth(1)?.split("\n```").next());
    block.ok_or_else(|| format!("spec/README.md shows no commands for {language}").into())
}

fn end(printed: &str, errors: &str) -> String {
    let lines: Vec<&str> = printed.lines().chain(errors.lines()).collect();
    lines[lines.len().saturating_sub(60)..].join("\n    ")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map_err(|error| format!("cannot copy {}: {error}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_commands_and_debian_packages_for_each_language() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let readme = tool::read(&root.join("spec/README.md")).unwrap();
        for language in &LANGUAGES {
            let commands = commands(&readme, language.name).unwrap();
            assert!(
                commands.contains("openapi"),
                "{}: {commands}",
                language.name
            );
            for (_, package) in language.needs {
                assert!(
                    readme.contains(&format!("`{package}`")),
                    "{package} for {}",
                    language.name
                );
            }
        }
        assert!(commands(&readme, "cobol").is_err());
    }
}
