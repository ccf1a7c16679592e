//! The code blocks in pages and examples.

/// The code blocks of a language in a Markdown page, in order.
pub(crate) fn snippets(page: &str, language: &str) -> Vec<String> {
    let begin = format!("```{language}");
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        // Inside a list it is indented.
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

/// A configuration without the blocks of other providers, which are not available in tests.
pub(crate) fn without_others(text: &str) -> String {
    let is_ours = |block: &&str| {
        let head = block.lines().find(|line| !line.starts_with('#'));
        let words: Vec<&str> = head.unwrap_or_default().split('"').collect();
        match words[..] {
            ["provider ", name, ..] => name == "hikube",
            // Terraform contains `terraform_data`.
            ["resource ", name, ..] => name.starts_with("hikube_") || name == "terraform_data",
            _ => true,
        }
    };
    let blocks = text.split_inclusive("\n}\n").map(str::trim_start);
    let ours: String = blocks.filter(is_ours).collect();
    let (head, tail) = ours
        .split_once("    kubernetes = {\n")
        .unwrap_or((&ours, ""));
    let rest = tail.split_once("\n  }\n").map_or("", |(_, rest)| rest);
    let end = if tail.is_empty() { "" } else { "  }\n" };
    format!("{head}{end}{rest}")
}
