//! The peak memory of reading a log, in a process that does nothing else.

use std::process::Command;

use crate::contest::{Contests, Result};
use crate::placement::Placement;
use crate::{by_hand, by_hand_blocking, ours, peak};

/// The argument for a run that reads a log and prints its peak memory.
pub(crate) const READ: &str = "--read-log";

/// In MiB.
const GOAL: u64 = 16;

pub(crate) fn measure(contests: &mut Contests, url: &str, mib: u64) -> Result<()> {
    for way in ["async", "blocking"] {
        let name = format!("{mib} MiB log, {way}: peak memory");
        if !contests.wants(&name) {
            continue;
        }
        let [by_hand, ours] = ["by hand", "ours"].map(|who| peak(who, way, url, mib));
        let (by_hand, ours) = (by_hand?, ours?);
        let cells = [by_hand, ours].map(|peak| format!("{peak} MiB"));
        let ratio = format!("{:.2}", ours as f64 / by_hand as f64);
        contests.row(
            &name,
            [&cells[0], &cells[1], &ratio, ""],
            format!("{GOAL} M"),
            ours <= GOAL,
        );
    }
    Ok(())
}

fn peak(who: &str, way: &str, url: &str, mib: u64) -> Result<u64> {
    let reader = Command::new(std::env::current_exe()?)
        .args([READ, who, way, url, &mib.to_string()])
        .output()?;
    let output = String::from_utf8_lossy(&reader.stdout);
    output.trim().parse().map_err(|_| {
        let errors = String::from_utf8_lossy(&reader.stderr);
        format!("reading a log failed: {output}{errors}").into()
    })
}

/// Reads a log, and prints the peak memory of this process in MiB.
pub(crate) fn read(arguments: &[String]) -> Result<()> {
    let [who, way, url, mib] = arguments else {
        return Err("reading takes four arguments".into());
    };
    let mib = mib.parse()?;
    let placed = Placement::Main.runtime()?;
    let length = match (who.as_str(), way.as_str()) {
        ("ours", "async") => placed.run(ours::Client::new(url, mib)?.log())?,
        ("ours", _) => ours::BlockingClient::new(url, mib)?.log()?,
        (_, "async") => placed.run(by_hand::Client::new(url, mib)?.log())?,
        _ => by_hand_blocking::BlockingClient::new(url, mib)?.log()?,
    };
    assert_eq!(length, mib << 20, "the log is complete");
    println!("{}", peak::of_this_process()?.div_ceil(1024));
    Ok(())
}
