//! `cargo xtask spec conformance`: runs the README's commands for each language in an empty folder, as a user would, then a
//! program that calls all operations with the client they generated, and checks what the program sent.

mod implemented;
mod languages;
mod requests;
mod scene;
mod table;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use gitlab_jobs_codegen::Spec;

use super::Place;
use super::bundle::Bundle;
use super::tool::{self, Result, heading, step};
use languages::{Edition, LANGUAGES, Workshop};
use scene::Scene;
use table::{Row, Verdict};

/// What to try.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Use what `cargo xtask dist` wrote to a folder: its packages for Python, TypeScript and Go in place of the clients from
    /// the 3.0 edition, and its files for everything else
    #[arg(long, value_name = "DIR", conflicts_with = "spec")]
    from: Option<PathBuf>,
    /// Only this edition of the spec (default: both)
    #[arg(long, value_name = "EDITION")]
    edition: Option<Edition>,
    /// Keep the folders with the generated clients in this one
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// The languages to try (default: all)
    #[arg(value_name = "LANGUAGE")]
    languages: Vec<String>,
}

/// Tries the languages. Returns whether none failed.
pub(crate) fn run(place: &Place, arguments: &Arguments) -> Result<bool> {
    let names = &arguments.languages;
    let known = |name: &&String| LANGUAGES.iter().any(|language| language.name == **name);
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let known: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
        let known = known.join(", ");
        return Err(format!("unknown language `{unknown}`; the languages are {known}").into());
    }
    let spec = Spec::load(&place.spec)?;
    let operations = implemented::operation_ids(&spec)?;
    let dist = arguments
        .from
        .as_deref()
        .map(std::path::absolute)
        .transpose()?;
    let published = match &dist {
        Some(dist) => Bundle::in_directory(&dist.join("spec")),
        None => super::bundle::write(&spec, &place.output("bundle"))?,
    };
    // Outside the repository, whose settings the tools would find.
    let scratch =
        std::env::temp_dir().join(format!("gitlab-jobs-conformance-{}", std::process::id()));
    let folder = match &arguments.keep {
        Some(keep) => std::path::absolute(keep)?,
        None => scratch.clone(),
    };
    let mut rows = Vec::new();
    for language in LANGUAGES
        .iter()
        .filter(|it| names.is_empty() || names.iter().any(|name| name == it.name))
    {
        let missing = language.missing();
        let editions = language.editions.iter();
        for &edition in editions.filter(|it| arguments.edition.is_none_or(|only| only == **it)) {
            let workshop = Workshop {
                place,
                published: &published,
                dist: dist.as_deref(),
                language,
                edition,
                folder: folder.join(format!("{}-{edition}", language.name)),
            };
            let name = format!("{} from {}", language.name, workshop.origin());
            heading(&name);
            let began = Instant::now();
            let verdict = if missing.is_empty() {
                try_out(&workshop, &operations).map_or_else(
                    |error| {
                        println!("  {error}");
                        Verdict::Broken
                    },
                    Verdict::Tried,
                )
            } else {
                println!("  skipped: {missing}");
                Verdict::Skipped(missing.clone())
            };
            rows.push(Row {
                name,
                operations: operations.len(),
                verdict,
                took: began.elapsed(),
            });
        }
    }
    if arguments.keep.is_none() && scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    println!();
    table::print(&rows);
    Ok(rows.iter().all(|row| !row.has_failed()))
}

/// The number of checks an operation passed, and the failures.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failures: Vec<String>,
}

/// The results by operation.
type Tried = BTreeMap<String, Tally>;

fn try_out(workshop: &Workshop<'_>, operations: &[String]) -> Result<Tried> {
    tool::empty(&workshop.folder)?;
    let scene = Scene::open();
    let printed = step("generate, compile, and call all operations", || {
        languages::run(workshop, &scene)
    })?;
    let mut tried: Tried = operations
        .iter()
        .map(|name| (name.clone(), Tally::default()))
        .collect();
    for line in printed.lines() {
        let mut words = line.splitn(2, ' ');
        let (Some(mark @ ("ok" | "FAILED")), Some(rest)) = (words.next(), words.next()) else {
            continue;
        };
        let operation = rest.split(':').next().unwrap_or_default();
        let tally = tried.entry(operation.to_owned()).or_default();
        match mark {
            "ok" => tally.passed += 1,
            _ => tally.failures.push(rest.to_owned()),
        }
    }
    for wrong in requests::check(&scene) {
        let tally = tried.entry(wrong.operation.to_owned()).or_default();
        tally
            .failures
            .push(format!("{}: {}", wrong.operation, wrong.problem));
    }
    for failure in tried.values().flat_map(|tally| &tally.failures) {
        println!("  FAILED {failure}");
    }
    Ok(tried)
}
