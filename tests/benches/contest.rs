//! Runs two implementations of the same task in turn, and reports the ratio of their costs.

use std::error::Error;
use std::fmt;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What is measured.
#[derive(Clone, Copy)]
pub(crate) enum Cost {
    /// The CPU time of all threads of this process.
    Cpu,
    /// The wall-clock time.
    Wall,
}

/// The measurements to run, the number of rounds, and the table of results.
pub(crate) struct Contests {
    wanted: Vec<String>,
    rounds: usize,
    missed: usize,
}

impl Contests {
    pub(crate) fn new(wanted: Vec<String>, rounds: usize) -> Self {
        let contests = Self {
            wanted,
            rounds,
            missed: 0,
        };
        let [by_hand, ours, ratio, spread, goal] =
            ["by hand", "ours", "ratio", "(quartiles)", "goal"];
        println!(
            "{:<46} {by_hand:>9} {ours:>9} {ratio:>6} {spread:>13} {goal:>6}",
            "measure"
        );
        contests
    }

    /// Returns whether a measurement was requested, by all words in its name.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.wanted.iter().all(|word| name.contains(word.as_str()))
    }

    /// Runs both in turn, A B B A …, so that other load on the machine favours neither. Both must return the same
    /// result.
    pub(crate) fn hold<T: PartialEq + fmt::Debug>(
        &mut self,
        name: &str,
        cost: Cost,
        goal: f64,
        by_hand: impl Fn() -> Result<T>,
        ours: impl Fn() -> Result<T>,
    ) -> Result<()> {
        if !self.wants(name) {
            return Ok(());
        }
        // The first run opens connections and fills caches, and is not measured.
        assert_eq!(by_hand()?, ours()?, "{name}: both do the same");
        let (mut theirs, mut own, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..self.rounds {
            let (a, b);
            if round % 2 == 0 {
                a = cost.of(&by_hand)?;
                b = cost.of(&ours)?;
            } else {
                b = cost.of(&ours)?;
                a = cost.of(&by_hand)?;
            }
            theirs.push(a.as_secs_f64());
            own.push(b.as_secs_f64());
            ratios.push(b.as_secs_f64() / a.as_secs_f64());
        }
        let spread = format!(
            "{:.2}–{:.2}",
            quantile(&mut ratios, 0.25),
            quantile(&mut ratios, 0.75)
        );
        let ratio = quantile(&mut ratios, 0.5);
        let [theirs, own] = [theirs, own].map(|mut of| format!("{:.3} s", quantile(&mut of, 0.5)));
        self.row(
            name,
            [&theirs, &own, &format!("{ratio:.2}"), &spread],
            goal,
            ratio <= goal,
        );
        Ok(())
    }

    /// Prints a row of the table.
    pub(crate) fn row(
        &mut self,
        name: &str,
        cells: [&str; 4],
        goal: impl fmt::Display,
        reached: bool,
    ) {
        self.missed += usize::from(!reached);
        let [by_hand, ours, ratio, spread] = cells;
        let verdict = if reached { "ok" } else { "over" };
        let goal = format!("≤ {goal}");
        println!("{name:<46} {by_hand:>9} {ours:>9} {ratio:>6} {spread:>13} {goal:>6} {verdict}");
    }

    /// Returns how many goals were missed.
    pub(crate) fn missed(&self) -> usize {
        self.missed
    }
}

impl Cost {
    fn of<T>(self, work: impl Fn() -> Result<T>) -> Result<Duration> {
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        work()?;
        Ok(match self {
            Self::Cpu => cpu.elapsed(),
            Self::Wall => wall.elapsed(),
        })
    }
}

fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values
        .get((share * last as f64).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}
