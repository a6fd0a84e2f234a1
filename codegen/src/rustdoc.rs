//! Turns the Markdown of a description into lines of documentation.

/// The width of a line of documentation, such that with indentation and slashes it is no wider than code.
const WIDTH: usize = 92;

/// The lines of a description, wrapped.
pub(crate) fn lines(markdown: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut in_code = false;
    for line in markdown.trim().lines() {
        let text = line.trim();
        let is_fence = text.starts_with("```");
        if is_fence || in_code || text.is_empty() || is_list_item(text) {
            wrap(&mut words, &mut lines);
        }
        if is_fence || in_code {
            in_code ^= is_fence;
            lines.push(line.trim_end().to_owned());
        } else if text.is_empty() {
            lines.push(String::new());
        } else {
            words.extend(text.split_whitespace().map(str::to_owned));
        }
    }
    wrap(&mut words, &mut lines);
    lines
}

/// A description as one `#[doc]` attribute, which formatting splits into lines.
pub(crate) fn attribute(markdown: &str) -> proc_macro2::TokenStream {
    let text = lines(markdown).join("\n");
    quote::quote!(#[doc = #text])
}

fn is_list_item(text: &str) -> bool {
    let numbered = || {
        text.split_once(". ")
            .is_some_and(|(number, _)| number.parse::<u8>().is_ok())
    };
    ["- ", "* ", "+ "]
        .iter()
        .any(|bullet| text.starts_with(bullet))
        || numbered()
}

/// Moves the words into filled lines.
fn wrap(words: &mut Vec<String>, lines: &mut Vec<String>) {
    let hanging = match words.first().map(String::as_str) {
        Some("-" | "*" | "+") => "  ",
        Some(word) if word.ends_with('.') && word.trim_end_matches('.').parse::<u8>().is_ok() => {
            "   "
        }
        _ => "",
    };
    let mut line = String::new();
    for word in words.drain(..) {
        // A line that starts with such a word would become a list item or a heading.
        let means_something_first = ["-", "*", "+", "#", ">"].contains(&word.as_str());
        if line.is_empty() {
            line = word;
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH || means_something_first
        {
            line.push(' ');
            line.push_str(&word);
        } else {
            lines.push(std::mem::replace(&mut line, format!("{hanging}{word}")));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, lines};

    #[test]
    fn paragraphs_are_filled_and_lists_and_code_keep_their_lines() {
        let markdown = "One\ntwo.\n\n- first\n  item\n- second\n\n```\n[code]\n  more\n```";
        let expected = [
            "One two.",
            "",
            "- first item",
            "- second",
            "",
            "```",
            "[code]",
            "  more",
            "```",
        ];
        assert_eq!(lines(markdown), expected);
    }

    #[test]
    fn lines_are_wrapped() {
        let lines = lines(&"word ".repeat(100));
        assert!(lines.len() > 1 && lines.iter().all(|line| line.len() <= WIDTH));
    }
}
