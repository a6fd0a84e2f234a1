//! Options from the environment, inside and outside of a CI/CD job.

use std::ffi::OsString;

use crate::{ClientBuilder, Error};

impl ClientBuilder {
    /// Creates a builder from the environment, as [`Client::from_env`](crate::Client::from_env) does, for further options.
    ///
    /// # Errors
    ///
    /// Returns an error if neither pair of variables is complete, or if the file of certificates cannot be read.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_variables(|name| std::env::var_os(name))
    }

    fn from_variables(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let pair = |url, token| Some((text(&variable, url)?, text(&variable, token)?));

        let builder = if let Some((url, token)) = pair("GITLAB_URL", "GITLAB_TOKEN") {
            Self::new().base_url(url).private_token(token)
        } else if let Some((url, token)) = pair("CI_API_V4_URL", "CI_JOB_TOKEN") {
            Self::new().base_url(url).job_token(token)
        } else {
            return Err(Error::config(incomplete(&variable)));
        };
        trust_ci_server(builder, &variable)
    }
}

/// Returns the value of a variable that is set, not empty, and UTF-8.
fn text(variable: &impl Fn(&str) -> Option<OsString>, name: &str) -> Option<String> {
    variable(name)?
        .into_string()
        .ok()
        .filter(|text| !text.is_empty())
}

fn incomplete(variable: &impl Fn(&str) -> Option<OsString>) -> String {
    let state = |name| match variable(name) {
        None => format!("{name} is not set"),
        Some(value) if value.is_empty() => format!("{name} is empty"),
        Some(value) if value.to_str().is_none() => format!("{name} is not UTF-8"),
        Some(_) => format!("{name} is set"),
    };
    let states = [
        "GITLAB_URL",
        "GITLAB_TOKEN",
        "CI_API_V4_URL",
        "CI_JOB_TOKEN",
    ]
    .map(state)
    .join(", ");
    format!(
        "set GITLAB_URL and GITLAB_TOKEN, or CI_API_V4_URL and CI_JOB_TOKEN as in a CI/CD job: {states}"
    )
}

#[cfg(feature = "__tls")]
fn trust_ci_server(
    builder: ClientBuilder,
    variable: &impl Fn(&str) -> Option<OsString>,
) -> Result<ClientBuilder, Error> {
    let Some(file) = variable("CI_SERVER_TLS_CA_FILE").filter(|file| !file.is_empty()) else {
        return Ok(builder);
    };
    match std::fs::read(&file) {
        Ok(pem) => Ok(builder.add_root_certificate(pem)),
        Err(error) => {
            let file = file.display();
            Err(Error::config(format!(
                "cannot read {file}, which CI_SERVER_TLS_CA_FILE names"
            ))
            .with_source(error))
        }
    }
}

#[cfg(not(feature = "__tls"))]
fn trust_ci_server(
    builder: ClientBuilder,
    _: &impl Fn(&str) -> Option<OsString>,
) -> Result<ClientBuilder, Error> {
    Ok(builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built_from(variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        };
        match ClientBuilder::from_variables(variable) {
            Ok(builder) => Ok(format!("{builder:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn the_first_complete_pair_is_used() {
        let ci = [
            ("CI_API_V4_URL", "https://ci.example.com/api/v4"),
            ("CI_JOB_TOKEN", "t"),
        ];
        let own = [
            ("GITLAB_URL", "https://own.example.com"),
            ("GITLAB_TOKEN", "t"),
        ];

        let found = built_from(&[ci, own].concat()).unwrap();
        assert!(
            found.contains("own.example.com") && found.contains("Private"),
            "{found}"
        );
        let found = built_from(&[&ci[..], &own[1..]].concat()).unwrap();
        assert!(
            found.contains("ci.example.com") && found.contains("Job"),
            "{found}"
        );
    }

    #[test]
    fn missing_variables_are_named_without_the_token() {
        let error = built_from(&[("GITLAB_TOKEN", "secret"), ("CI_JOB_TOKEN", "")]).unwrap_err();
        for words in [
            "GITLAB_URL is not set",
            "GITLAB_TOKEN is set",
            "CI_JOB_TOKEN is empty",
        ] {
            assert!(error.contains(words), "{error}");
        }
        assert!(!error.contains("secret"), "{error}");
    }

    #[cfg(feature = "__tls")]
    #[test]
    fn an_unreadable_file_of_certificates_is_named() {
        let pair = [
            ("GITLAB_URL", "https://own.example.com"),
            ("GITLAB_TOKEN", "t"),
        ];
        let file = [("CI_SERVER_TLS_CA_FILE", "/nowhere/ca.crt")];
        let error = built_from(&[&pair[..], &file[..]].concat()).unwrap_err();
        assert!(
            error.contains("/nowhere/ca.crt") && error.contains("CI_SERVER_TLS_CA_FILE"),
            "{error}"
        );
    }
}
