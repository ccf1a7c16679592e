//! Tables of the valid values of attributes, at the end of a page. Equal tables are shown once.

use hikube::schema::{Choices, Shape};

/// The longest list of values that a description contains.
const LISTED: usize = 12;

/// The tables of a page, in the order of the attributes.
#[derive(Default)]
pub(super) struct Tables {
    tables: Vec<Table>,
}

struct Table {
    name: String,
    anchor: String,
    choices: Choices,
}

impl Tables {
    /// The anchor of an attribute's table, if it has one.
    pub(super) fn anchor(&mut self, name: &str, shape: &Shape) -> Option<String> {
        let choices = choices(shape)?;
        let has_meaning = choices
            .values
            .iter()
            .any(|(_, meaning)| !meaning.is_empty());
        if !has_meaning && choices.values.len() <= LISTED {
            return None;
        }
        let known = self
            .tables
            .iter()
            .find(|table| table.name == name && table.choices == *choices);
        if let Some(table) = known {
            return Some(table.anchor.clone());
        }
        let namesakes = self.tables.iter().filter(|table| table.name == name);
        let anchor = match namesakes.count() {
            0 => format!("values--{name}"),
            others => format!("values--{name}-{}", others + 1),
        };
        self.tables.push(Table {
            name: name.to_owned(),
            anchor: anchor.clone(),
            choices: choices.clone(),
        });
        Some(anchor)
    }

    /// All tables with their anchors and headings.
    pub(super) fn render(&self) -> String {
        self.tables.iter().map(Table::render).collect()
    }
}

impl Table {
    fn render(&self) -> String {
        let Table {
            name,
            anchor,
            choices,
        } = self;
        let more = if choices.open {
            "\nOther values are accepted if the platform supports them.\n"
        } else {
            ""
        };
        let has_meaning = choices
            .values
            .iter()
            .any(|(_, meaning)| !meaning.is_empty());
        let values = if has_meaning {
            let rows = choices.values.iter();
            let rows = rows.map(|(value, meaning)| format!("| {} | {meaning} |\n", code(value)));
            format!(
                "| Value | Description |\n|---|---|\n{}",
                rows.collect::<String>()
            )
        } else {
            let names: Vec<String> = choices.names().map(code).collect();
            format!("{}.\n", names.join(", "))
        };
        format!("\n<a id=\"{anchor}\"></a>\n### Valid values of `{name}`\n\n{values}{more}")
    }
}

fn choices(shape: &Shape) -> Option<&Choices> {
    match shape {
        Shape::Text(text) => Some(&text.choices),
        Shape::List(element) | Shape::Set(element) | Shape::Map(element) => choices(element),
        _ => None,
    }
}

fn code(value: &str) -> String {
    if value.is_empty() {
        "`\"\"`".to_owned()
    } else {
        format!("`{value}`")
    }
}
