//! What following a log costs, in bytes that the server sends.

use fake_gitlab::{Fault, GeneratedLog, Settings};

use super::{Step, followed};
use crate::flavour::{Flavour, for_both_clients};
use crate::scene::{Scene, requests_of};

for_both_clients! {
    a_log_in_64_steps_costs_its_length_and_little_per_poll,
    a_log_that_does_not_grow_costs_little,
    a_repetitive_log_costs_no_more,
    a_server_that_ignores_parts_costs_the_whole_log_per_poll,
    a_log_that_grows_by_more_than_a_part_is_read_in_parts,
    a_broken_connection_costs_no_second_download,
}

const STEPS: u64 = 64;
const LENGTH: u64 = 4 << 20;
/// What a poll may cost besides the new bytes.
const ROUND: u64 = 1536;

impl Scene {
    /// Creates a job whose log grows to its full length in equal steps, one per poll.
    fn growing(rounds_after: usize, configure: fn(&mut Settings)) -> Self {
        let steps: Vec<Step> = (0..STEPS)
            .map(|_| (|job| _ = job.set_generated_log(job.log_length() + LENGTH / STEPS)) as Step)
            .chain(std::iter::repeat_n((|_| {}) as Step, rounds_after))
            .collect();
        let scene = Self::with_steps(steps);
        scene.gitlab.with(|state| configure(&mut state.settings));
        scene
    }

    /// Follows the log, and checks that it is the generated one.
    fn follow_generated(&self, flavour: Flavour, length: u64) {
        let (log, restarts) = followed(self.follow(flavour));
        let expected = GeneratedLog::new(length).collect::<Vec<_>>().concat();
        assert!(log.as_bytes() == expected, "{} bytes", log.len());
        assert_eq!(restarts, 0);
    }
}

fn a_log_in_64_steps_costs_its_length_and_little_per_poll(flavour: Flavour) {
    let scene = Scene::growing(0, |_| {});
    scene.follow_generated(flavour, LENGTH);
    let cost = scene.log_bytes();
    let rounds = requests_of(&scene.gitlab, "get_job").len() as u64;
    assert_eq!(rounds, STEPS + 1);
    assert!(cost <= LENGTH + LENGTH / 10 + rounds * ROUND, "{cost}");
    // The actual cost is far lower: the limit above would not reveal a second download of a tenth of the log.
    assert!(cost <= LENGTH + rounds * 512 + 2 * 512, "{cost}");
}

fn a_log_that_does_not_grow_costs_little(flavour: Flavour) {
    let scene = Scene::growing(10, |_| {});
    scene.follow_generated(flavour, LENGTH);
    let requests = requests_of(&scene.gitlab, "get_job_log");
    let still = &requests[requests.len() - 12..];
    assert!(still.iter().all(|request| request.bytes_sent() <= 512));

    // Also from the first poll on: a waiting job whose log is already long.
    let scene = Scene::with_steps(vec![(|_| {}) as Step; 10]);
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(LENGTH);
    });
    scene.follow_generated(flavour, LENGTH);
    let cost = scene.log_bytes() - LENGTH;
    assert!(cost <= 10 * ROUND, "{cost}");
}

fn a_repetitive_log_costs_no_more(flavour: Flavour) {
    let steps: [Step; 2] = [
        |job| _ = job.append_log("x".repeat(50_000)),
        |job| _ = job.append_log("tick\n".repeat(10_000)),
    ];
    for step in steps {
        let scene = Scene::with_steps(vec![step; 10]);
        let (log, restarts) = followed(scene.follow(flavour));
        assert!(log.as_bytes() == scene.gitlab.job(scene.job).log());
        assert_eq!(restarts, 0);
        let cost = scene.log_bytes();
        assert!(cost <= 500_000 + 11 * ROUND, "{cost}");
    }
}

fn a_server_that_ignores_parts_costs_the_whole_log_per_poll(flavour: Flavour) {
    let scene = Scene::growing(0, |settings| *settings = Settings::older_server());
    scene.follow_generated(flavour, LENGTH);
    // Each poll reads the whole log of that time.
    let each_round: u64 = (1..=STEPS).map(|step| step * LENGTH / STEPS).sum();
    assert_eq!(scene.log_bytes(), each_round + LENGTH);
    assert_eq!(
        requests_of(&scene.gitlab, "get_job_log").len() as u64,
        STEPS + 1
    );
}

fn a_log_that_grows_by_more_than_a_part_is_read_in_parts(flavour: Flavour) {
    let scene = Scene::with_steps::<[Step; 2]>([
        |job| _ = job.set_generated_log(1000),
        |job| _ = job.set_generated_log(3_000_000),
    ]);
    scene.follow_generated(flavour, 3_000_000);
    let requests = requests_of(&scene.gitlab, "get_job_log");
    let parts = requests
        .iter()
        .filter(|request| request.query_values("byte_limit") == ["512000"]);
    assert_eq!(parts.count(), 7);
    assert!(
        requests
            .iter()
            .skip(1)
            .all(|request| request.bytes_sent() <= 512_000)
    );
    // All within three polls.
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 3);
}

/// The first response breaks off again and again. What has arrived is not requested again.
fn a_broken_connection_costs_no_second_download(flavour: Flavour) {
    let scene = Scene::with_job("success");
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(LENGTH);
    });
    let cut = Fault::new().operation("get_job_log").cut_after(300_000);
    scene.gitlab.inject(cut.spare_short_bodies());
    scene.follow_generated(flavour, LENGTH);
    let cost = scene.log_bytes();
    assert!(cost <= LENGTH + LENGTH / 20, "{cost}");
}
