//! What holds for any input: any bytes, any headers, any change of a sample, any course of a log, any way through a
//! list.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{LazyLock, Mutex};
use std::vec;

use fake_gitlab::{FakeGitlab, Fault, Job, Keyset};
use gitlab_jobs::{Cursor, Error};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::Config;
use serde_json::{Value, json};

use crate::flavour::{Client, Flavour, items, pages, send};
use crate::pagination::ids;
use crate::scene::{MILLISECOND, Scene, layers, quick};

fn cases(cases: u32) -> Config {
    Config {
        cases,
        // What failed is printed; a file of it would be in the way of whoever looks at the next run.
        failure_persistence: None,
        ..Config::default()
    }
}

/// A server and both clients, kept from case to case.
struct Bench {
    scene: Scene,
    clients: [Client; 2],
}

impl Bench {
    fn new() -> Self {
        let scene = Scene::with_job("running");
        let clients = [Flavour::Async, Flavour::Blocking]
            .map(|flavour| flavour.build(quick(&scene.gitlab).max_attempts(1)));
        Self { scene, clients }
    }

    fn gitlab(&self) -> &FakeGitlab {
        &self.scene.gitlab
    }

    /// Lets the server answer everything with this, and nothing else.
    fn answer(&self, answer: Fault) {
        self.gitlab().clear_faults();
        self.gitlab().clear_requests();
        self.gitlab().inject(answer);
    }

    fn client(&self, blocking: bool) -> &Client {
        &self.clients[usize::from(blocking)]
    }
}

/// Looks at all that an error tells. Fails when it does not tell where an answer could not be decoded.
fn assert_told(error: &Error) {
    assert!(!error.to_string().is_empty());
    assert_eq!(error.is_decode(), error.decode_path().is_some());
    let shown = format!("{error:?} {:?}", layers(error));
    assert!(shown.contains("Error"));
    let _ = (error.message(), error.request_id(), error.retry_after());
    let _ = (error.rate_limit(), error.redirect_target());
}

static BYTES: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_body_decodes_or_is_told(
        body in vec(any::<u8>(), 0..200),
        status in prop_oneof![Just(200_u16), 200..600_u16],
        blocking: bool,
    ) {
        let client = BYTES.client(blocking);
        BYTES.answer(Fault::new().status(status).body(body.clone()));
        let (project, job) = (BYTES.scene.project, BYTES.scene.job);

        // Some statuses have no body, whatever is written.
        let bodiless = matches!(status, 204 | 205 | 304);
        for error in [
            BYTES.scene.get_job(client).unwrap_err(),
            BYTES.scene.play_job(client).unwrap_err(),
        ] {
            assert_told(&error);
            prop_assert_eq!(error.is_decode(), status < 300);
            prop_assert_eq!(error.status().unwrap().as_u16(), status);
            prop_assert!(bodiless || error.body().unwrap() == body);
        }
        match client.log(project, job) {
            Ok(log) => {
                prop_assert!(status < 300);
                let log = log.into_inner().collect::<Result<Vec<_>, _>>().unwrap().concat();
                prop_assert!(bodiless || log == body);
            }
            Err(error) => assert_told(&error),
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

/// Any value that HTTP allows, more often one that resembles what belongs there.
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
    fn any_headers_are_taken_for_what_they_are_worth(
        headers in vec((select(&HEADERS[..]), header_value()), 0..8),
        status in select(vec![200_u16, 201, 301, 302, 307, 400, 404, 429, 503]),
        concurrency in 1..3_usize,
        blocking: bool,
    ) {
        let client = ANY_HEADERS.client(blocking);
        let answer = Fault::new().status(status).body("[]");
        let answer = headers.iter().fold(answer, |answer, (name, value)| answer.header(name, value));
        ANY_HEADERS.answer(answer);
        let project = ANY_HEADERS.scene.project;

        match send!(client, list_project_jobs().id(project)) {
            Ok(page) => {
                prop_assert_eq!(page.status().as_u16(), status);
                let _ = (page.page_info(), page.rate_limit(), page.request_id());
            }
            Err(error) => assert_told(&error),
        }
        assert_told(&ANY_HEADERS.scene.play_job(client).unwrap_err());
        // Wherever each page says that the next one is, there is an end to it.
        let pages = pages!(client, list_project_jobs().id(project)).concurrency(concurrency);
        let pages = pages.take(20).count();
        prop_assert!(pages < 20);
    }
}

/// The samples of the documentation, by the operation that they answer.
fn samples() -> BTreeMap<String, Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec/examples/documented");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let samples = files.map(|file| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let sample = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        (name, sample)
    });
    samples
        .filter(|(name, _)| name != "play_job_request")
        .collect()
}

/// The JSON pointers of a value and of all in it.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                pointers(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

#[derive(Clone, Debug)]
enum Mutation {
    Replace(Value),
    Remove,
    Add(String, Value),
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,10}".prop_map(Value::from),
        Just(json!("2024-02-30T25:00:00Z")),
        Just(json!("2024-05-22T12:43:46.962+01:00")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}|id|name", inner, 0..3)
                .prop_map(|fields| fields.into_iter().collect::<Value>()),
        ]
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        4 => any_json().prop_map(Mutation::Replace),
        1 => Just(Mutation::Remove),
        1 => ("[a-z_]{1,8}", any_json()).prop_map(|(name, value)| Mutation::Add(name, value)),
    ]
}

/// Changes what is at `pointer`; gives the pointer of what is different now.
fn mutate(sample: &mut Value, pointer: &str, mutation: Mutation) -> String {
    let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
    match mutation {
        Mutation::Replace(value) => *sample.pointer_mut(pointer).unwrap() = value,
        Mutation::Add(name, value) => match sample.pointer_mut(pointer).unwrap() {
            Value::Array(items) => items.push(value),
            Value::Object(fields) => _ = fields.insert(name, value),
            other => *other = value,
        },
        Mutation::Remove => match sample.pointer_mut(parent).unwrap() {
            Value::Object(fields) => {
                fields.remove(name);
                return parent.to_owned();
            }
            Value::Array(items) if !pointer.is_empty() => {
                items.remove(name.parse().unwrap());
            }
            other => *other = Value::Null,
        },
    }
    pointer.to_owned()
}

/// A decode path such as `[3].user.id` as a pointer: `/3/user/id`.
fn as_pointer(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    let names = path.split('.').filter(|name| !name.is_empty());
    names.map(|name| format!("/{name}")).collect()
}

/// Sends the operation; the error if there is one.
fn answer_of(operation: &str, scene: &Scene, client: &Client) -> Option<Error> {
    let (project, job, pipeline) = (scene.project, scene.job, scene.pipeline);
    match operation {
        "get_job" => scene.get_job(client).err(),
        "play_job" => scene.play_job(client).err(),
        "retry_job" => scene.retry_job(client).err(),
        "cancel_job" => send!(client, cancel_job().id(project).job_id(job)).err(),
        "erase_job" => send!(client, erase_job().id(project).job_id(job)).err(),
        "get_job_token_job" => send!(client, get_job_token_job()).err(),
        "get_allowed_agents" => send!(client, get_allowed_agents()).err(),
        "list_project_jobs" => send!(client, list_project_jobs().id(project)).err(),
        "list_pipeline_jobs" => send!(
            client,
            list_pipeline_jobs().id(project).pipeline_id(pipeline)
        )
        .err(),
        "list_pipeline_bridges" => send!(
            client,
            list_pipeline_bridges().id(project).pipeline_id(pipeline)
        )
        .err(),
        other => panic!("the sample {other} answers no operation"),
    }
}

static SAMPLES: LazyLock<BTreeMap<String, Value>> = LazyLock::new(samples);
static MUTATIONS: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn any_change_of_a_sample_decodes_or_names_its_path(
        sample: Index,
        place: Index,
        mutation in mutation(),
        blocking: bool,
    ) {
        let samples = SAMPLES.iter().collect::<Vec<_>>();
        let (operation, original) = sample.get(&samples);
        let mut found = Vec::new();
        pointers(original, "", &mut found);
        let mut changed = (*original).clone();
        let place = place.get::<String>(&found);
        let place = mutate(&mut changed, place, mutation);
        MUTATIONS.answer(Fault::new().body(changed.to_string()));

        let error = answer_of(operation, &MUTATIONS.scene, MUTATIONS.client(blocking));

        if let Some(error) = error {
            assert_told(&error);
            prop_assert!(error.is_decode(), "{}", error);
            prop_assert_eq!(error.operation_id(), Some(operation.as_str()));
            // It may be told above it, where a field is missing, or within it.
            let told = as_pointer(error.decode_path().unwrap());
            let related = place.starts_with(&told) || told.starts_with(&place);
            prop_assert!(related, "{} is told of {}: {:?}", told, place, layers(&error));
        }
    }
}

#[test]
fn every_sample_decodes_as_it_is() {
    let bench = Bench::new();
    assert_eq!(SAMPLES.len(), 10);
    for (operation, sample) in SAMPLES.iter() {
        bench.answer(Fault::new().body(sample.to_string()));
        for client in &bench.clients {
            let error = answer_of(operation, &bench.scene, client);
            assert!(error.is_none(), "{operation}: {error:?}");
        }
    }
}

/// What a look at a log meets.
#[derive(Clone, Debug)]
enum Look {
    Nothing,
    Growth(Vec<u8>),
    Cut(Vec<u8>, u64),
    Refused(u16),
    Lost,
    Erased(Vec<u8>),
}

fn look() -> impl Strategy<Value = Look> {
    let bytes = || vec(any::<u8>(), 0..20);
    prop_oneof![
        1 => Just(Look::Nothing),
        4 => bytes().prop_map(Look::Growth),
        2 => (bytes(), 0..40_u64).prop_map(|(bytes, at)| Look::Cut(bytes, at)),
        1 => select(vec![429_u16, 500, 502, 503]).prop_map(Look::Refused),
        1 => Just(Look::Lost),
        1 => bytes().prop_map(Look::Erased),
    ]
}

impl Look {
    /// What goes wrong with the log.
    fn fault(&self) -> Fault {
        let fault = Fault::new().operation("get_job_log").times(1);
        match self {
            Self::Cut(_, at) => fault.cut_after(*at),
            Self::Refused(status) => fault.status(*status),
            Self::Lost => fault.reset_before_answer(),
            _ => fault,
        }
    }

    fn change(&self, job: &mut Job) {
        match self {
            Self::Growth(bytes) | Self::Cut(bytes, _) => _ = job.append_log(bytes),
            Self::Erased(bytes) => _ = job.set_log(bytes),
            _ => {}
        }
    }
}

/// How the job that is followed goes on: a look at a time, and after the last it is a success.
struct Course {
    job: u64,
    looks: vec::IntoIter<Look>,
    over: bool,
}

static COURSE: Mutex<Option<Course>> = Mutex::new(None);

static LOOKS: LazyLock<Bench> = LazyLock::new(|| {
    let bench = Bench::new();
    bench.gitlab().on_request(|request, state| {
        let mut course = COURSE.lock().unwrap();
        let Some(course) = &mut *course else {
            return;
        };
        let job = state.job_mut(course.job);
        match request.operation {
            Some("get_job") if course.over => _ = job.set_status("success"),
            Some("get_job_log") => match course.looks.next() {
                Some(look) => look.change(job),
                None => course.over = true,
            },
            _ => {}
        }
    });
    bench
});

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_course_of_a_log_gives_each_byte_once(
        looks in vec(look(), 0..7),
        erasures: bool,
        blocking: bool,
    ) {
        // Without erasures there must be no restart, with them the log is what came since the last.
        let mut looks = looks;
        looks.retain(|look| erasures || !matches!(look, Look::Erased(_)));
        let gitlab = LOOKS.gitlab();
        let job = gitlab.with(|state| {
            let job = state.add_job(LOOKS.scene.pipeline, "build");
            job.set_status("running").id()
        });
        gitlab.clear_faults();
        for look in &looks {
            gitlab.inject(look.fault());
        }
        *COURSE.lock().unwrap() = Some(Course {
            job,
            looks: looks.clone().into_iter(),
            over: false,
        });

        let follow = LOOKS.client(blocking).follow(LOOKS.scene.project, job);
        let follow = follow.interval(MILLISECOND).max_interval(MILLISECOND);
        let (mut log, mut failed) = (Vec::new(), false);
        for chunk in follow {
            match chunk {
                Ok(chunk) if chunk.is_restart() => {
                    prop_assert!(erasures);
                    log.clear();
                }
                Ok(chunk) => {
                    prop_assert_eq!(chunk.offset(), log.len() as u64);
                    log.extend_from_slice(&chunk);
                }
                // Five failures in a row, which is what the follower gives up at.
                Err(_) => failed = true,
            }
        }
        let now = gitlab.job(job);
        gitlab.with(|state| state.remove_job(job));
        if failed {
            let fails = |look: &Look| matches!(look, Look::Cut(..) | Look::Refused(_) | Look::Lost);
            prop_assert!(looks.windows(5).any(|looks| looks.iter().all(fails)));
        } else {
            prop_assert_eq!(&log, now.log());
        }
    }
}

static LISTS: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn any_way_through_a_list_gives_each_entry_once(
        count in 0..40_u64,
        per_page in 1..9_u32,
        keyset in select(vec![
            Keyset::Cursor, Keyset::IdBefore, Keyset::Refused, Keyset::Invalid, Keyset::Ignored,
        ]),
        short_pages in proptest::option::of(1..5_usize),
        relative_links: bool,
        split_links: bool,
        // How many entries are taken before the program ends, and is started again with its cursor.
        taken in vec((0..15_usize, any::<bool>(), 1..4_usize), 0..4),
        blocking: bool,
    ) {
        let gitlab = LISTS.gitlab();
        let (project, expected) = gitlab.with(|state| {
            state.settings.keyset = keyset;
            state.settings.short_pages = short_pages;
            state.settings.relative_links = relative_links;
            state.settings.split_links = split_links;
            let project = state.add_project("group/list");
            if count > 0 {
                state.seed_jobs(project, count);
            }
            let ids = state.jobs(project).map(Job::id).collect::<Vec<_>>();
            (project, ids)
        });
        let client = LISTS.client(blocking);
        let list = || items!(client, list_project_jobs().id(project).per_page(per_page));

        let (mut listed, mut cursor) = (Vec::new(), None::<Cursor>);
        for (taken, prefetch, concurrency) in taken {
            let mut list = list().prefetch(prefetch);
            if let Some(cursor) = cursor.take() {
                list = list.resume(cursor);
                // Keyset pages can only be had one after the other, and the first list may have been one.
            } else {
                list = list.concurrency(concurrency);
            }
            listed.extend(ids(list.by_ref().take(taken)));
            prop_assert_eq!(&listed, &expected[..listed.len()]);
            cursor = list.cursor().map(|cursor| cursor.to_string().parse().unwrap());
            if cursor.is_none() && !listed.is_empty() {
                // That was the last entry.
                break;
            }
        }
        match cursor {
            Some(cursor) => listed.extend(ids(list().resume(cursor))),
            None if listed.is_empty() => listed.extend(ids(list())),
            None => {}
        }
        gitlab.with(|state| expected.iter().for_each(|job| state.remove_job(*job)));
        prop_assert_eq!(listed, expected);
    }
}
