//! The code that a page shows.

/// The blocks of a language in a page in Markdown, in their order.
pub(crate) fn snippets(page: &str, language: &str) -> Vec<String> {
    let begin = format!("```{language}");
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        // In a list it is indented.
        let indent = line.len() - line.trim_start().len();
        if line.trim_start() != begin {
            continue;
        }
        let block = lines.by_ref().take_while(|line| line.trim() != "```");
        let block = block.map(|line| format!("{}\n", line.get(indent..).unwrap_or_default()));
        found.push(block.collect());
    }
    found
}
