//! `cargo xtask spec conformance`: for each language the generator its people use, a small program that calls all
//! operations of a running GitLab with the generated client, and a look at what that GitLab was asked.

pub(crate) mod generate;
mod implemented;
mod languages;
mod requests;
mod scene;
mod table;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use gitlab_jobs_codegen::Spec;

use super::Place;
use super::bundle::Bundle;
use super::tool::{Result, heading, step};
use languages::{LANGUAGES, Language};
use scene::Scene;
use table::{Row, Verdict};

/// Tries the languages, all of them unless some are named, with the spec or with what `dist` wrote. Whether none failed.
pub(crate) fn run(place: &Place, dist: Option<&Path>, names: &[&str]) -> Result<bool> {
    if let Some(unknown) = names
        .iter()
        .find(|name| !LANGUAGES.iter().any(|language| language.name == **name))
    {
        let known = LANGUAGES.map(|language| language.name).join(", ");
        return Err(format!("`{unknown}` is none of the languages; they are {known}").into());
    }
    // What is published is what teams generate from.
    let spec = Spec::load(&place.spec)?;
    let operations = implemented::operation_ids(&spec)?;
    let published = match dist {
        Some(dist) => Bundle::in_directory(&dist.join("spec")),
        None => super::bundle::write(&spec, &place.output("bundle"))?,
    };
    let mut rows = Vec::new();
    for language in LANGUAGES
        .iter()
        .filter(|language| names.is_empty() || names.contains(&language.name))
    {
        heading(language.name);
        let began = Instant::now();
        let missing = language.missing();
        let verdict = if missing.is_empty() {
            let workshop = languages::Workshop {
                place,
                published: &published,
                dist,
            };
            match try_out(language, &workshop, &operations) {
                Ok(tried) => Verdict::Tried(tried),
                Err(error) => {
                    println!("  {error}");
                    Verdict::Broken
                }
            }
        } else {
            let missing = missing.join("; ");
            println!("  skipped: {missing}");
            Verdict::Skipped(missing)
        };
        rows.push(Row {
            language: language.name,
            generator: language.generator,
            operations: operations.len(),
            verdict,
            took: began.elapsed(),
        });
    }
    println!();
    table::print(&rows);
    Ok(rows.iter().all(|row| !row.has_failed()))
}

/// How many checks an operation has passed, and what went wrong.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failures: Vec<String>,
}

/// The operations by name.
type Tried = BTreeMap<String, Tally>;

fn try_out(
    language: &Language,
    workshop: &languages::Workshop<'_>,
    operations: &[String],
) -> Result<Tried> {
    let mut program = (language.make)(workshop)?;
    let scene = Scene::open();
    program.env("CI_API_V4_URL", format!("{}/api/v4", scene.gitlab.url()));
    program.env("PRIVATE_TOKEN", fake_gitlab::MAINTAINER_TOKEN);
    program.env("GUEST_TOKEN", fake_gitlab::GUEST_TOKEN);
    program.env("CI_JOB_TOKEN", &scene.job_token);
    let printed = step("call all operations", || {
        let output = program
            .output()
            .map_err(|error| format!("cannot run the program: {error}"))?;
        Ok((String::from_utf8_lossy(&output.stdout).into_owned(), output))
    });
    let (printed, output) = printed?;
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
    let failures: Vec<&String> = tried.values().flat_map(|tally| &tally.failures).collect();
    failures
        .iter()
        .for_each(|failure| println!("  FAILED {failure}"));
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        println!("  the program ended with {}\n{errors}", output.status);
        // It may also have ended before it said anything.
        if failures.is_empty() {
            return Err(format!("and printed\n{printed}").into());
        }
    }
    Ok(tried)
}
