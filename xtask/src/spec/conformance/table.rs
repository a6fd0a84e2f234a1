//! The summary at the end of a run.

use std::time::Duration;

use super::Tried;

/// The result of a client.
pub(super) enum Verdict {
    Tried(Tried),
    /// The client could not be generated or built.
    Broken,
    /// A tool is missing.
    Skipped(String),
}

pub(super) struct Row {
    pub(super) name: String,
    /// The number of operations that can be called.
    pub(super) operations: usize,
    pub(super) verdict: Verdict,
    pub(super) took: Duration,
}

impl Row {
    pub(super) fn has_failed(&self) -> bool {
        match &self.verdict {
            Verdict::Tried(tried) => {
                self.passed() < self.operations || tried.len() > self.operations
            }
            Verdict::Broken => true,
            Verdict::Skipped(_) => false,
        }
    }

    /// Returns the number of operations with at least one check, all of which passed.
    fn passed(&self) -> usize {
        let Verdict::Tried(tried) = &self.verdict else {
            return 0;
        };
        tried
            .values()
            .filter(|tally| tally.passed > 0 && tally.failures.is_empty())
            .count()
    }

    fn cells(&self) -> [String; 5] {
        let (operations, checks, result) = match &self.verdict {
            Verdict::Tried(tried) => (
                format!("{} of {}", self.passed(), self.operations),
                tried
                    .values()
                    .map(|tally| tally.passed)
                    .sum::<usize>()
                    .to_string(),
                if self.has_failed() {
                    "FAILED".to_owned()
                } else {
                    "passed".to_owned()
                },
            ),
            Verdict::Broken => (
                format!("0 of {}", self.operations),
                "0".to_owned(),
                "FAILED".to_owned(),
            ),
            Verdict::Skipped(missing) => (
                "-".to_owned(),
                "-".to_owned(),
                format!("skipped: {missing}"),
            ),
        };
        let took = format!("{:.1} s", self.took.as_secs_f64());
        [self.name.clone(), operations, checks, took, result]
    }
}

/// Prints the table, and how many clients passed, failed or were skipped.
pub(super) fn print(rows: &[Row]) {
    let head = ["client", "operations", "checks", "time", "result"].map(str::to_owned);
    let lines: Vec<[String; 5]> = std::iter::once(head)
        .chain(rows.iter().map(Row::cells))
        .collect();
    let widths: [usize; 5] = std::array::from_fn(|column| {
        lines
            .iter()
            .map(|line| line[column].len())
            .max()
            .unwrap_or_default()
    });
    for line in &lines {
        let cells = line
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        println!("{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    let skipped = rows
        .iter()
        .filter(|row| matches!(row.verdict, Verdict::Skipped(_)))
        .count();
    let failed = rows.iter().filter(|row| row.has_failed()).count();
    println!(
        "\n{} passed, {failed} failed, {skipped} skipped",
        rows.len() - failed - skipped
    );
}
