//! Compares the SDK with a client written by hand on reqwest and serde. Both run in this process, in turn.
//!
//! `cargo bench -p gitlab-jobs-tests --bench against_by_hand` runs all measurements; `… -- list spawned` runs those
//! with these words in their names. `--rounds 21` is more precise than the default of 9.

mod by_hand;
mod by_hand_blocking;
mod contest;
mod memory;
#[expect(dead_code, reason = "the benchmarks decode all fields, and read few")]
mod model;
mod ours;
mod page;
mod peak;
mod placement;
mod server;

use std::time::Duration;

use contest::{Contests, Cost, Result};
use placement::Placement;
use server::{Manner, Server};

/// Pages of 100 jobs.
const PAGES: u64 = 200;
const GETS: u64 = 5000;
/// The length of the log.
const MIB: u64 = 512;
/// The latency of a page on a slow network, and the time that a busy consumer spends on it.
const SLOW: Duration = Duration::from_millis(40);
const SLOW_PAGES: u64 = 20;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((first, rest)) if first == server::SERVE => return Ok(server::serve(rest)?),
        Some((first, rest)) if first == memory::READ => return memory::read(rest),
        _ => {}
    }
    let mut words = arguments.into_iter();
    let (mut wanted, mut rounds) = (Vec::new(), 9);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--rounds" => rounds = words.next().ok_or("--rounds takes a number")?.parse()?,
            // cargo passes this to every benchmark.
            "--bench" => {}
            _ => wanted.extend(word.split_whitespace().map(str::to_owned)),
        }
    }
    let mut contests = Contests::new(wanted, rounds);
    let server = Server::start(Manner::default())?;
    for placement in Placement::ALL {
        asynchronous(&mut contests, server.url(), placement)?;
    }
    blocking(&mut contests, server.url())?;
    memory::measure(&mut contests, server.url(), MIB)?;
    slow_network(&mut contests)?;
    closing_server(&mut contests)?;
    match contests.missed() {
        0 => println!("All goals are met."),
        missed => println!("Goals missed: {missed}"),
    }
    Ok(())
}

fn asynchronous(contests: &mut Contests, url: &str, placement: Placement) -> Result<()> {
    let placed = placement.runtime()?;
    let by_hand = |size| by_hand::Client::new(url, size);
    let ours = |size| ours::Client::new(url, size);

    let (a, b) = (by_hand(PAGES)?, ours(PAGES)?);
    contests.hold(
        &format!("list 20,000 jobs, async, {placement}"),
        Cost::Cpu,
        0.85,
        || placed.run(a.clone().list(Duration::ZERO)),
        || placed.run(b.clone().list()),
    )?;
    contests.hold(
        &format!("get 5,000 jobs, async, {placement}"),
        Cost::Cpu,
        1.05,
        || placed.run(a.clone().get(GETS)),
        || placed.run(b.clone().get(GETS)),
    )?;
    let (a, b) = (by_hand(MIB)?, ours(MIB)?);
    contests.hold(
        &format!("{MIB} MiB log, async, {placement}"),
        Cost::Cpu,
        1.05,
        || placed.run(a.clone().log()),
        || placed.run(b.clone().log()),
    )
}

fn blocking(contests: &mut Contests, url: &str) -> Result<()> {
    let a = by_hand_blocking::BlockingClient::new(url, PAGES)?;
    let b = ours::BlockingClient::new(url, PAGES)?;
    let list = "list 20,000 jobs, blocking";
    contests.hold(list, Cost::Cpu, 0.9, || a.list(Duration::ZERO), || b.list())?;
    let get = "get 5,000 jobs, blocking";
    contests.hold(get, Cost::Cpu, 0.75, || a.get(GETS), || b.get(GETS))?;
    contests.hold(
        "get 5,000 jobs, blocking, 4 threads, 1 client",
        Cost::Cpu,
        1.0,
        || on_threads(4, || a.get(GETS / 4)),
        || on_threads(4, || b.get(GETS / 4)),
    )?;
    let a = by_hand_blocking::BlockingClient::new(url, MIB)?;
    let b = ours::BlockingClient::new(url, MIB)?;
    let log = format!("{MIB} MiB log, blocking");
    contests.hold(&log, Cost::Cpu, 0.3, || a.log(), || b.log())
}

fn on_threads(threads: u64, work: impl Fn() -> Result<u64> + Sync) -> Result<u64> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a thread panicked")?)
            .sum()
    })
}

/// Measures prefetching and concurrent page requests where each response takes a while.
fn slow_network(contests: &mut Contests) -> Result<()> {
    let server = Server::start(Manner {
        latency: SLOW,
        ..Manner::default()
    })?;
    let url = server.url();
    let placed = Placement::Main.runtime()?;

    let (a, b) = (
        by_hand::Client::new(url, SLOW_PAGES)?,
        ours::Client::new(url, SLOW_PAGES)?,
    );
    contests.hold(
        "20 slow pages, busy consumer, async: wall",
        Cost::Wall,
        0.6,
        || placed.run(a.clone().list(SLOW)),
        || placed.run(b.clone().list_resting(SLOW)),
    )?;
    contests.hold(
        "20 slow pages, concurrency(8), async: wall",
        Cost::Wall,
        0.25,
        || placed.run(a.clone().list_by_number()),
        || placed.run(b.clone().list_by_number(8)),
    )?;
    let a = by_hand_blocking::BlockingClient::new(url, SLOW_PAGES)?;
    let b = ours::BlockingClient::new(url, SLOW_PAGES)?;
    contests.hold(
        "20 slow pages, busy consumer, blocking: wall",
        Cost::Wall,
        0.6,
        || a.list(SLOW),
        || b.list_resting(SLOW),
    )
}

/// Counts how many of 20 POSTs are lost if the server closes idle connections.
fn closing_server(contests: &mut Contests) -> Result<()> {
    let name = "20 POSTs after idle closes, blocking: lost";
    if !contests.wants(name) {
        return Ok(());
    }
    let server = Server::start(Manner {
        closing: true,
        ..Manner::default()
    })?;
    let by_hand = by_hand_blocking::BlockingClient::new(server.url(), 1)?;
    let ours = ours::BlockingClient::new(server.url(), 1)?;
    let lost = |play: &dyn Fn() -> Result<u64>| {
        let failures = (0..20).filter(|_| {
            // Long enough for the end of the connection to arrive.
            std::thread::sleep(Duration::from_millis(20));
            play().is_err()
        });
        failures.count()
    };
    let (by_hand, ours) = (lost(&|| by_hand.play()), lost(&|| ours.play()));
    contests.row(
        name,
        [&by_hand.to_string(), &ours.to_string(), "", ""],
        0,
        ours == 0,
    );
    Ok(())
}
