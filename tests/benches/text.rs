//! Reduces hostile lines to text, and compares that with a mere copy and with a library.
//!
//! `cargo bench -p gitlab-jobs-tests --bench text`

use divan::Bencher;
use divan::counter::BytesCount;
use gitlab_jobs::log::{strip_ansi, strip_except_colors, strip_section_markers};

/// What is repeated to a line of a mebibyte, the longest that `Lines` returns.
const PATTERNS: [(&str, &str); 10] = [
    (
        "text",
        "   Compiling gitlab-jobs v0.1.0 (/builds/group/project)",
    ),
    (
        "colours",
        "\u{1b}[32;1mok\u{1b}[0;m of \u{1b}[31;1m12\u{1b}[0;m ",
    ),
    ("progress", "\r 17% [====>           ] 17 of 100"),
    ("titles", "\u{1b}]0;build 17 of 100\u{7}"),
    ("open titles", "\u{1b}]0;"),
    (
        "links",
        "\u{1b}]8;;https://gitlab.example.com\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    ),
    ("C1", "\u{9b}31mred\u{9d}0;title\u{9c}"),
    ("parameters", "\u{1b}[1111111111111111"),
    (
        "sections",
        "section_start:1:a[collapsed=true]\r\u{1b}[0Kbuild",
    ),
    ("open sections", "section_start:1:a["),
];

fn main() {
    divan::main();
}

#[divan::bench(args = PATTERNS.map(|(name, _)| name))]
fn copy(bencher: Bencher, line: &str) {
    // What each line costs before it is text.
    run(bencher, line, |line| {
        String::from_utf8_lossy(line.as_bytes()).into_owned()
    });
}

#[divan::bench(args = PATTERNS.map(|(name, _)| name))]
fn ansi(bencher: Bencher, line: &str) {
    run(bencher, line, |line| strip_ansi(line).into_owned());
}

#[divan::bench(args = PATTERNS.map(|(name, _)| name))]
fn except_colors(bencher: Bencher, line: &str) {
    run(bencher, line, |line| strip_except_colors(line).into_owned());
}

#[divan::bench(args = PATTERNS.map(|(name, _)| name))]
fn section_markers(bencher: Bencher, line: &str) {
    run(bencher, line, |line| {
        strip_section_markers(line).into_owned()
    });
}

/// A library that removes escape codes, but neither those of a single character nor a carriage return.
#[divan::bench(args = PATTERNS.map(|(name, _)| name))]
fn anstream(bencher: Bencher, line: &str) {
    run(bencher, line, |line| {
        anstream::adapter::strip_str(line).to_string()
    });
}

fn run(bencher: Bencher, name: &str, strip: impl Fn(&str) -> String + Sync) {
    let pattern = PATTERNS.iter().find(|(known, _)| *known == name);
    let (_, pattern) = pattern.expect("the name is one of the patterns");
    let line = pattern.repeat((1 << 20) / pattern.len());
    bencher
        .counter(BytesCount::of_str(&line))
        .bench(|| strip(divan::black_box(&line)));
}
