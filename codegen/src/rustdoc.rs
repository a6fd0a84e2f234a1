//! Turns CommonMark into documentation: filled lines that mean to rustdoc what they mean in the spec.

use comrak::nodes::{NodeCodeBlock, NodeValue};
use comrak::{Arena, Options, format_commonmark, parse_document};

/// The width of a line of documentation, such that with indentation and slashes it is no wider than code.
const WIDTH: usize = 92;

/// Converts a description of the spec.
///
/// To rustdoc, a code block is a test, `[Job]` and `[job](#job)` are paths of items, and `<id>` is a broken tag. Here they
/// are a text, words, and what people read. The formatter escapes what would be read otherwise.
pub(crate) fn description(markdown: &str) -> String {
    formatted(markdown, |value| match value {
        NodeValue::CodeBlock(code) => "text".clone_into(&mut code.info),
        NodeValue::HtmlBlock(html) => {
            let block = NodeCodeBlock {
                info: "text".to_owned(),
                literal: std::mem::take(&mut html.literal),
                fenced: true,
                fence_char: b'`',
                fence_length: 3,
                ..NodeCodeBlock::default()
            };
            *value = NodeValue::CodeBlock(Box::new(block));
        }
        NodeValue::HtmlInline(html) => *value = NodeValue::Text(std::mem::take(html).into()),
        NodeValue::Link(link) | NodeValue::Image(link) if !link.url.contains(':') => {
            *value = NodeValue::Emph;
        }
        _ => {}
    })
}

/// Fills the lines of documentation that is written in this crate.
pub(crate) fn filled(markdown: &str) -> String {
    formatted(markdown, |_| {})
}

fn formatted(markdown: &str, edit: impl Fn(&mut NodeValue)) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    // A bare URL becomes a link, as readers of the spec expect.
    options.extension.autolink = true;
    options.render.width = WIDTH;
    options.render.prefer_fenced = true;
    options.render.r#unsafe = true;
    let arena = Arena::new();
    let document = parse_document(&arena, markdown, &options);
    for node in document.descendants() {
        edit(&mut node.data_mut().value);
    }
    let mut text = String::new();
    format_commonmark(document, &options, &mut text).expect("a string takes any text");
    text.trim_end().to_owned()
}

/// Documentation as one `#[doc]` attribute, which printing splits into lines.
pub(crate) fn attribute(markdown: &str) -> proc_macro2::TokenStream {
    let text = filled(markdown);
    quote::quote!(#[doc = #text])
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, description, filled};

    #[test]
    fn lines_are_filled_and_no_wider_than_documentation() {
        assert_eq!(
            description("One\ntwo.\n\n- first\n  item\n- second"),
            "One two.\n\n- first item\n- second"
        );
        let text = description(&"word ".repeat(100));
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() <= WIDTH));
    }

    #[test]
    fn what_rustdoc_reads_otherwise_is_text() {
        for (markdown, expected) in [
            ("```\nlet a = 1;\n```", "```text\nlet a = 1;\n```"),
            ("```rust\nlet a = 1;\n```", "```text\nlet a = 1;\n```"),
            ("A:\n\n    let a = 1;", "A:\n\n```text\nlet a = 1;\n```"),
            ("A [Job] of `[Job]`.", "A \\[Job\\] of `[Job]`."),
            ("A [job](#job).", "A *job*."),
            ("Sends <id> and Vec<u8>.", "Sends \\<id\\> and Vec\\<u8\\>."),
            (
                "<details>\nMore.\n</details>",
                "```text\n<details>\nMore.\n</details>\n```",
            ),
            (
                "See https://docs.gitlab.com/api.",
                "See <https://docs.gitlab.com/api>.",
            ),
        ] {
            assert_eq!(description(markdown), expected, "{markdown}");
        }
    }

    #[test]
    fn our_own_examples_stay_tests() {
        let example = "Sends it to [`Client`](crate::Client).\n\n```no_run\n# fn f() {\n}\n```";
        assert_eq!(filled(example), example);
    }
}
