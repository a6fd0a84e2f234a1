//! A client from the environment, in a CI/CD job or elsewhere.

use std::ffi::OsString;

use crate::credential::{Credential, TokenKind, TokenOrigin};
use crate::request::{BaseUrl, header};
use crate::{ClientBuilder, Error, Secret};

impl ClientBuilder {
    /// Creates a builder from the environment, as [`Client::from_env`](crate::Client::from_env) does, so that more options
    /// can be set.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no address or no token, or if a value is invalid. The error names the variable, and
    /// never shows a token.
    pub fn from_env() -> Result<Self, Error> {
        Environment(|name: &str| std::env::var_os(name)).builder()
    }
}

/// The variables of the environment.
struct Environment<F>(F);

impl<F: Fn(&str) -> Option<OsString>> Environment<F> {
    fn builder(&self) -> Result<ClientBuilder, Error> {
        let (name, url) = match (self.text("GITLAB_URL")?, self.text("CI_API_V4_URL")?) {
            (Some(url), _) => ("GITLAB_URL", url),
            (None, Some(url)) => ("CI_API_V4_URL", url),
            (None, None) => {
                return Err(Error::config(
                    "GITLAB_URL is not set; give it the address of GitLab, as in `https://gitlab.example.com` \
                     (a CI/CD job has it in CI_API_V4_URL)",
                ));
            }
        };
        let base = BaseUrl::parse(&url).map_err(|error| error.about(name))?;
        let mut builder = ClientBuilder::new();
        builder.token = Some(TokenOrigin::Checked(self.credential(&base)?));
        builder.base_url = Some(Ok(base));
        self.trust_ci_server(self.secret_header(builder)?)
    }

    /// Returns a token for the server of the base URL.
    fn credential(&self, base: &BaseUrl) -> Result<Credential, Error> {
        if let Some(token) = self.text("GITLAB_TOKEN")? {
            let origin = TokenOrigin::Given(TokenKind::Private, token.into());
            return checked("GITLAB_TOKEN", origin);
        }
        if let Some(file) = self.value("GITLAB_TOKEN_FILE") {
            let origin = TokenOrigin::File(TokenKind::Private, file.into());
            return checked("GITLAB_TOKEN_FILE", origin);
        }
        let Some(token) = self.text("CI_JOB_TOKEN")? else {
            return Err(Error::config(format!(
                "there is no token; set GITLAB_TOKEN, or GITLAB_TOKEN_FILE to the path of a file that holds it: {}, {}, {}",
                self.state("GITLAB_TOKEN"),
                self.state("GITLAB_TOKEN_FILE"),
                self.state("CI_JOB_TOKEN"),
            )));
        };
        // The token of a job belongs to the server that runs the job, and another one must not see it.
        if let Some(url) = self.text("CI_API_V4_URL")? {
            let ci = BaseUrl::parse(&url).map_err(|error| error.about("CI_API_V4_URL"))?;
            if !base.is_origin_of(ci.as_url()) {
                return Err(Error::config(
                    "CI_JOB_TOKEN is not sent to GITLAB_URL, which is not the server of CI_API_V4_URL; set GITLAB_TOKEN",
                ));
            }
        }
        let origin = TokenOrigin::Given(TokenKind::Job, token.into());
        checked("CI_JOB_TOKEN", origin)
    }

    fn secret_header(&self, builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        const NAME: &str = "GITLAB_SECRET_HEADER";

        let Some(header) = self.text(NAME)? else {
            return Ok(builder);
        };
        let Some((name, value)) = header.split_once(':') else {
            return Err(Error::config(format!(
                "{NAME}: this is not a header; use the form `Name: value`"
            )));
        };
        let (name, value) = (name.trim(), Secret::from(value.trim()));
        header::parse_secret(name, &value).map_err(|error| error.about(NAME))?;
        Ok(builder.secret_header(name, value))
    }

    #[cfg(feature = "__tls")]
    fn trust_ci_server(&self, builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        const NAME: &str = "CI_SERVER_TLS_CA_FILE";

        let Some(file) = self.value(NAME) else {
            return Ok(builder);
        };
        let pem = std::fs::read(&file).map_err(|error| {
            Error::config(format!("{NAME}: cannot read {}", file.display())).with_source(error)
        })?;
        super::certificate::parse_roots(&pem).map_err(|error| error.about(NAME))?;
        Ok(builder.add_root_certificate(pem))
    }

    #[cfg(not(feature = "__tls"))]
    fn trust_ci_server(&self, builder: ClientBuilder) -> Result<ClientBuilder, Error> {
        Ok(builder)
    }

    /// Returns a variable, unless it is not set or empty.
    fn value(&self, name: &str) -> Option<OsString> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    /// Returns a variable that must be text.
    fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match value.into_string() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(Error::config(format!("{name} is not UTF-8"))),
        }
    }

    fn state(&self, name: &str) -> String {
        match (self.0)(name) {
            None => format!("{name} is not set"),
            Some(_) => format!("{name} is empty"),
        }
    }
}

/// Returns the token of a variable, if it can be sent.
fn checked(name: &str, origin: TokenOrigin) -> Result<Credential, Error> {
    Credential::new(origin).map_err(|error| error.about(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [(&str, &str); 2] = [
        ("GITLAB_URL", "https://own.example.com"),
        ("GITLAB_TOKEN", "t"),
    ];
    const CI: [(&str, &str); 2] = [
        ("CI_API_V4_URL", "https://ci.example.com/api/v4"),
        ("CI_JOB_TOKEN", "t"),
    ];

    fn built_from(variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        };
        match Environment(variable).builder() {
            Ok(builder) => Ok(format!("{builder:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    #[track_caller]
    fn assert_built(variables: &[&[(&str, &str)]], url: &str, token: &str) {
        let built = built_from(&variables.concat()).unwrap();
        assert!(built.contains(url), "{built}");
        assert!(built.contains(&format!("token: Some({token})")), "{built}");
    }

    #[test]
    fn address_and_token_are_chosen_independently_of_each_other() {
        assert_built(&[&OWN], "own.example.com", "Private");
        assert_built(&[&CI], "ci.example.com", "Job");
        assert_built(&[&CI, &OWN], "own.example.com", "Private");
        assert_built(&[&CI, &OWN[1..]], "ci.example.com", "Private");
        assert_built(&[&CI, &[("GITLAB_TOKEN", "")]], "ci.example.com", "Job");

        let same = ("GITLAB_URL", "https://ci.example.com");
        assert_built(&[&CI, &[same]], "ci.example.com", "Job");
        assert_built(&[&CI[1..], &OWN[..1]], "own.example.com", "Job");
    }

    #[test]
    fn a_job_token_is_not_sent_to_another_server() {
        let error = built_from(&[&CI[..], &OWN[..1]].concat()).unwrap_err();
        for name in ["CI_JOB_TOKEN", "GITLAB_URL", "GITLAB_TOKEN"] {
            assert!(error.contains(name), "{error}");
        }
    }

    #[test]
    fn a_secret_header_is_added_and_not_shown() {
        let header = ("GITLAB_SECRET_HEADER", "CF-Access-Token: hunter2:hunter2");
        let built = built_from(&[&OWN[..], &[header]].concat()).unwrap();
        assert!(built.contains(r#"headers: ["CF-Access-Token"]"#), "{built}");
        assert!(!built.contains("hunter2"), "{built}");
    }

    #[test]
    fn missing_variables_are_named() {
        let error = built_from(&OWN[1..]).unwrap_err();
        assert!(error.contains("GITLAB_URL is not set"), "{error}");
        let error = built_from(&[OWN[0], ("CI_JOB_TOKEN", "")]).unwrap_err();
        for words in [
            "GITLAB_TOKEN is not set",
            "GITLAB_TOKEN_FILE is not set",
            "CI_JOB_TOKEN is empty",
        ] {
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn an_invalid_value_is_named_and_a_token_is_not_shown() {
        for (name, value) in [
            ("GITLAB_URL", "own.example.com"),
            ("CI_API_V4_URL", "ftp://ci.example.com"),
            ("GITLAB_TOKEN", "secret\n"),
            ("CI_JOB_TOKEN", "a secret"),
            ("GITLAB_TOKEN_FILE", "/nowhere/token"),
            ("GITLAB_SECRET_HEADER", "secret"),
            ("GITLAB_SECRET_HEADER", "Cookie: secret\n\nsecret"),
            ("GITLAB_SECRET_HEADER", "Cookie:"),
            ("GITLAB_SECRET_HEADER", "Host: secret"),
            ("CI_SERVER_TLS_CA_FILE", "/nowhere/ca.crt"),
            ("CI_SERVER_TLS_CA_FILE", file!()),
        ] {
            if cfg!(not(feature = "__tls")) && name == "CI_SERVER_TLS_CA_FILE" {
                continue;
            }
            let mut variables = vec![(name, value)];
            if !name.ends_with("URL") {
                variables.push(CI[0]);
            }
            if name.starts_with("CI_S") || name.starts_with("GITLAB_S") || name.ends_with("URL") {
                variables.push(CI[1]);
            }
            let error = built_from(&variables).unwrap_err();
            assert!(error.starts_with(&format!("{name}: ")), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_text_is_named() {
        use std::os::unix::ffi::OsStringExt;

        let variable = |name: &str| (name == "GITLAB_URL").then(|| OsString::from_vec(vec![0xff]));
        let error = Environment(variable).builder().unwrap_err();
        assert_eq!(error.to_string(), "GITLAB_URL is not UTF-8");
    }
}
