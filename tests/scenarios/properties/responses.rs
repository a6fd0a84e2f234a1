//! Any bytes as a body, and any headers.

use std::sync::LazyLock;

use fake_gitlab::Fault;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Bench, assert_reported, cases};
use crate::flavour::{pages, send};

static BYTES: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_body_decodes_or_is_reported(
        body in vec(any::<u8>(), 0..200),
        status in prop_oneof![Just(200_u16), 200..600_u16],
        blocking: bool,
    ) {
        let client = BYTES.client(blocking);
        BYTES.respond_with(Fault::new().status(status).body(body.clone()));
        let (project, job) = (BYTES.scene.project, BYTES.scene.job);

        // Some statuses have no body, whatever is sent.
        let bodiless = matches!(status, 204 | 205 | 304);
        for (error, is_get) in [
            (BYTES.scene.get_job(client).unwrap_err(), true),
            (BYTES.scene.play_job(client).unwrap_err(), false),
        ] {
            assert_reported(&error);
            // A 206 to a GET is an error by itself, since no range was requested. A POST was processed.
            let is_part = status == 206 && is_get;
            prop_assert_eq!(error.is_decode(), status < 300 && !is_part);
            prop_assert_eq!(error.status().unwrap().as_u16(), status);
            prop_assert!(bodiless || error.body().unwrap() == body);
        }
        match client.log(project, job) {
            Ok(log) => {
                prop_assert!(status < 300);
                let log = log.into_inner().collect::<Result<Vec<_>, _>>().unwrap().concat();
                prop_assert!(bodiless || log == body);
            }
            Err(error) => assert_reported(&error),
        }
    }
}

const HEADERS: [&str; 16] = [
    "content-type",
    "link",
    "x-page",
    "x-per-page",
    "x-next-page",
    "x-prev-page",
    "x-total",
    "x-total-pages",
    "x-request-id",
    "retry-after",
    "ratelimit-name",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "location",
    "content-disposition",
];

/// Any value that HTTP allows, often one that resembles a valid one.
fn header_value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![Just(b'\t'), 0x20..=0x7e_u8, 0x80..=0xff_u8];
    let number = any::<i128>().prop_map(|number| number.to_string().into_bytes());
    let link = r#"(<[a-z?=&/%:0-9]{0,20}>?)?[;, ]{0,2}(rel="?(next|prev)"?)?[,<>"]{0,2}"#;
    let link = proptest::string::string_regex(link).unwrap();
    let date = "(Sun|Mon), [0-9]{1,2} (Nov|Jan) [0-9]{1,5} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT";
    let date = proptest::string::string_regex(date).unwrap();
    prop_oneof![
        vec(byte, 0..40),
        number,
        (0..4_u8).prop_map(|number| number.to_string().into_bytes()),
        (0..4_u8).prop_map(|page| format!("<?page={page}>; rel=next").into_bytes()),
        link.prop_map(String::into_bytes),
        date.prop_map(String::into_bytes),
    ]
}

static ANY_HEADERS: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn any_headers_are_tolerated(
        headers in vec((select(&HEADERS[..]), header_value()), 0..8),
        status in select(vec![200_u16, 201, 301, 302, 307, 400, 404, 429, 503]),
        concurrency in 1..3_usize,
        blocking: bool,
    ) {
        let client = ANY_HEADERS.client(blocking);
        let response = Fault::new().status(status).body("[]");
        let response = headers.iter().fold(response, |response, (name, value)| response.header(name, value));
        ANY_HEADERS.respond_with(response);
        let project = ANY_HEADERS.scene.project;

        match send!(client, list_project_jobs(project)) {
            Ok(page) => {
                prop_assert_eq!(page.status().as_u16(), status);
                let _ = (page.page_info(), page.rate_limit(), page.request_id());
            }
            Err(error) => assert_reported(&error),
        }
        assert_reported(&ANY_HEADERS.scene.play_job(client).unwrap_err());
        // Wherever each page links to, the list ends.
        let pages = pages!(client, list_project_jobs(project)).concurrency(concurrency);
        let pages = pages.take(20).count();
        prop_assert!(pages < 20);
    }
}
