//! What following a log costs: bytes that the server sends, judged by its record.

use fake_gitlab::{Fault, GeneratedLog, Settings};

use super::{Step, followed};
use crate::flavour::{Flavour, for_both_clients};
use crate::scene::{Scene, asked};

for_both_clients! {
    a_log_in_64_steps_costs_its_length_and_little_for_each_round,
    a_log_that_does_not_grow_costs_little,
    a_log_that_repeats_itself_costs_no_more,
    a_server_that_ignores_parts_costs_what_it_did,
    a_log_that_grows_by_more_than_a_part_is_read_in_parts,
    a_broken_connection_costs_no_second_download,
}

const STEPS: u64 = 64;
const LENGTH: u64 = 4 << 20;
/// What a round may cost beside new bytes.
const ROUND: u64 = 1536;

impl Scene {
    /// A job whose log grows to its whole length in steps of the same size, one for each round.
    fn with_steps(rounds_after: usize, configure: fn(&mut Settings)) -> Self {
        let steps: Vec<Step> = (0..STEPS)
            .map(|_| (|job| _ = job.set_generated_log(job.log_length() + LENGTH / STEPS)) as Step)
            .chain(std::iter::repeat_n((|_| {}) as Step, rounds_after))
            .collect();
        let scene = Self::that_goes(steps);
        scene.gitlab.with(|state| configure(&mut state.settings));
        scene
    }

    /// Follows the log, and checks that it is the generated one.
    fn follow_generated(&self, flavour: Flavour, length: u64) {
        let (log, restarts) = followed(self.follow(flavour));
        let expected = GeneratedLog::new(length).flatten().collect::<Vec<u8>>();
        assert!(log.as_bytes() == expected, "{} bytes", log.len());
        assert_eq!(restarts, 0);
    }
}

fn a_log_in_64_steps_costs_its_length_and_little_for_each_round(flavour: Flavour) {
    let scene = Scene::with_steps(0, |_| {});
    scene.follow_generated(flavour, LENGTH);
    let cost = scene.log_bytes();
    let rounds = asked(&scene.gitlab, "get_job").len() as u64;
    assert_eq!(rounds, STEPS + 1);
    assert!(cost <= LENGTH + LENGTH / 10 + rounds * ROUND, "{cost}");
    // So much less is needed that the goal would not notice a second download of a tenth of the log.
    assert!(cost <= LENGTH + rounds * 512 + 2 * 512, "{cost}");
}

fn a_log_that_does_not_grow_costs_little(flavour: Flavour) {
    let scene = Scene::with_steps(10, |_| {});
    scene.follow_generated(flavour, LENGTH);
    let requests = asked(&scene.gitlab, "get_job_log");
    let still = &requests[requests.len() - 12..];
    assert!(still.iter().all(|request| request.bytes_sent() <= 512));

    // From the first round on: a job that waits for somebody, with a log that is long already.
    let scene = Scene::that_goes(vec![(|_| {}) as Step; 10]);
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(LENGTH);
    });
    scene.follow_generated(flavour, LENGTH);
    let cost = scene.log_bytes() - LENGTH;
    assert!(cost <= 10 * ROUND, "{cost}");
}

fn a_log_that_repeats_itself_costs_no_more(flavour: Flavour) {
    let steps: [Step; 2] = [
        |job| _ = job.append_log("x".repeat(50_000)),
        |job| _ = job.append_log("tick\n".repeat(10_000)),
    ];
    for step in steps {
        let scene = Scene::that_goes(vec![step; 10]);
        let (log, restarts) = followed(scene.follow(flavour));
        assert!(log.as_bytes() == scene.gitlab.job(scene.job).log());
        assert_eq!(restarts, 0);
        let cost = scene.log_bytes();
        assert!(cost <= 500_000 + 11 * ROUND, "{cost}");
    }
}

fn a_server_that_ignores_parts_costs_what_it_did(flavour: Flavour) {
    let scene = Scene::with_steps(0, |settings| *settings = Settings::older_server());
    scene.follow_generated(flavour, LENGTH);
    // Each round reads the log as it is then.
    let each_round: u64 = (1..=STEPS).map(|step| step * LENGTH / STEPS).sum();
    assert_eq!(scene.log_bytes(), each_round + LENGTH);
    assert_eq!(asked(&scene.gitlab, "get_job_log").len() as u64, STEPS + 1);
}

fn a_log_that_grows_by_more_than_a_part_is_read_in_parts(flavour: Flavour) {
    let scene = Scene::that_goes::<[Step; 2]>([
        |job| _ = job.set_generated_log(1000),
        |job| _ = job.set_generated_log(3_000_000),
    ]);
    scene.follow_generated(flavour, 3_000_000);
    let requests = asked(&scene.gitlab, "get_job_log");
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
    // All within three rounds.
    assert_eq!(asked(&scene.gitlab, "get_job").len(), 3);
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
