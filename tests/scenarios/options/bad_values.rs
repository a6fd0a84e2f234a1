//! `build` rejects invalid values, each with its reason.

use std::time::Duration;

use gitlab_jobs::{ClientBuilder, RetryPolicy};

use crate::flavour::{Flavour, for_one_client};

for_one_client! {
    invalid_values_are_rejected_with_reasons,
    a_default_header_with_a_credential_is_rejected,
}

/// A call that sets an invalid value, and a part of the reason.
type Bad = (fn(ClientBuilder) -> ClientBuilder, &'static str);

fn invalid_values_are_rejected_with_reasons(flavour: Flavour) {
    let builders: [Bad; 22] = [
        (|builder| builder.base_url(""), "the base URL is empty"),
        (
            |builder| builder.base_url("gitlab.com"),
            "include the scheme",
        ),
        (|builder| builder.base_url("ftp://gitlab.com"), "`https://`"),
        (|builder| builder.base_url("file:///etc"), "`https://`"),
        (
            |builder| builder.base_url("https://u:p@gitlab.com"),
            "password",
        ),
        (|builder| builder.base_url("https://gitlab.com/?x=1"), "`?`"),
        (|builder| builder.base_url("https://gitlab.com/#x"), "`#`"),
        (
            |builder| builder.private_token(""),
            "the private token is empty",
        ),
        (
            |builder| builder.private_token("a\n"),
            "a line break at position 1",
        ),
        (
            |builder| builder.job_token("a b"),
            "white space at position 1",
        ),
        (
            |builder| builder.job_token("\t"),
            "white space at position 0",
        ),
        (
            |builder| builder.bearer_token("aé"),
            "a character that no token",
        ),
        (
            |builder| builder.bearer_token("a\0b"),
            "a character that no token",
        ),
        (|builder| builder.user_agent("a\r\nb: c"), "the user agent"),
        (|builder| builder.proxy("http://["), "the proxy"),
        (
            |builder| builder.connect_timeout(Duration::ZERO),
            "connect_timeout",
        ),
        (
            |builder| builder.idle_timeout(Duration::ZERO),
            "idle_timeout",
        ),
        (|builder| builder.max_attempts(0), "max_attempts"),
        (|builder| builder.max_body(0), "max_body"),
        (
            |builder| builder.retry_policy(RetryPolicy::default().min_backoff(Duration::MAX)),
            "min_backoff is longer than max_backoff",
        ),
        (
            |builder| builder.add_root_certificate("no PEM"),
            "root certificate",
        ),
        (
            |builder| builder.client_certificate("no PEM"),
            "client certificate",
        ),
    ];
    for (set, reason) in builders {
        let error = flavour.try_build(set(ClientBuilder::new())).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.attempts(), 0);
        assert!(error.to_string().contains(reason), "{error}");
    }
    for pem in [
        "",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nsecret",
        "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n",
    ] {
        let root = ClientBuilder::new().add_root_certificate(pem);
        let error = flavour.try_build(root).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let client = ClientBuilder::new().client_certificate(pem);
        let error = flavour.try_build(client).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    }
}

fn a_default_header_with_a_credential_is_rejected(flavour: Flavour) {
    for name in [
        "Private-Token",
        "JOB-TOKEN",
        "authorization",
        "Cookie",
        "proxy-authorization",
        "Deploy-Token",
        "content-length",
        "Host",
        "Connection",
        "TE",
        "Upgrade",
        "Proxy-Connection",
        "Range",
        "If-Range",
        "not a name",
    ] {
        let builder = ClientBuilder::new().default_header(name, "secret");
        let shown = format!("{builder:?}");
        let error = flavour.try_build(builder).unwrap_err();
        assert!(error.is_invalid(), "{error:?}");
        let shown = format!("{shown} {error:?} {error}");
        assert!(shown.contains(name) && !shown.contains("secret"), "{shown}");
    }
}
