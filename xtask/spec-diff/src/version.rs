//! The version that the changes require.

use crate::report::{Effect, Report};

/// Returns the number of changes by effect, and the version they require.
pub(crate) fn summary(report: &Report, old: &str, new: &str) -> String {
    if report.is_empty() {
        return "no difference".to_owned();
    }
    let [breaking, unknown, compatible, words] = [
        Effect::Breaking,
        Effect::Unknown,
        Effect::Compatible,
        Effect::Words,
    ]
    .map(|effect| report.count(effect));
    let counts = format!(
        "{breaking} breaking, {unknown} unknown, {compatible} compatible, {words} in words or examples only"
    );
    let (Some(from), Some(to)) = (numbers(old), numbers(new)) else {
        return format!("{counts}; info.version goes from {old} to {new}");
    };
    let needed = match from {
        [0, minor, _] if breaking > 0 => [0, minor + 1, 0],
        [major, ..] if breaking > 0 => [major + 1, 0, 0],
        [major, minor, _] if major > 0 && compatible > 0 => [major, minor + 1, 0],
        [major, minor, patch] => [major, minor, patch + 1],
    };
    let [major, minor, patch] = needed;
    if to >= needed {
        format!("{counts}; info.version goes from {old} to {new}, which is enough")
    } else {
        format!(
            "{counts}; info.version goes from {old} to {new} and should be at least {major}.{minor}.{patch}"
        )
    }
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = version
        .split('.')
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()
        .ok()?;
    numbers.try_into().ok()
}
