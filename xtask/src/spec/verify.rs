//! `cargo xtask spec verify`: whether a living GitLab does what the spec says.

use clap::Args;
use gitlab_jobs_codegen::Spec;
use spec_verify::Options;

use super::Place;
use super::tool::Result;

#[derive(Args)]
pub(super) struct Arguments {
    /// The id or full path of a project with CI jobs
    #[arg(long)]
    project: String,
    /// A value of another path parameter (default: from responses)
    #[arg(long = "value", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Also play, retry, cancel and erase jobs: only for a project made for it
    #[arg(long)]
    act: bool,
    /// The maximum number of requests
    #[arg(long, value_name = "N", default_value = "50", value_parser = clap::value_parser!(u32).range(1..=50))]
    requests: u32,
}

/// Prints the report. Returns whether the verification is complete and found no difference.
pub(super) fn run(place: &Place, arguments: Arguments) -> Result<bool> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let url = variable("GITLAB_URL").unwrap_or_else(|| "https://gitlab.com".to_owned());
    let options = Options {
        token: variable("GITLAB_TOKEN"),
        job_token: variable("GITLAB_JOB_TOKEN"),
        values: arguments.values,
        act: arguments.act,
        requests: arguments.requests,
        ..Options::new(url, arguments.project)
    };
    let document = Spec::load(&place.spec)?.root().to_json();
    let report = spec_verify::verify(&document, &options)?;
    print!("{report}");
    Ok(!report.has_differences() && report.stopped().is_none())
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("`{text}` is not NAME=VALUE")),
    }
}
