//! A table of measurements: a row for each call, a column for each server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Cells by row and column, in the order in which columns were added.
#[derive(Default)]
pub(crate) struct Table {
    columns: Vec<String>,
    rows: BTreeMap<String, BTreeMap<String, String>>,
}

impl Table {
    pub(crate) fn put(&mut self, row: &str, column: &str, cell: String) {
        if !self.columns.iter().any(|known| known == column) {
            self.columns.push(column.to_owned());
        }
        let row = self.rows.entry(row.to_owned()).or_default();
        row.insert(column.to_owned(), cell);
    }

    pub(crate) fn print(&mut self, title: &str) {
        self.columns.sort();
        let mut text = format!("\n{title}\n\n| |");
        for column in &self.columns {
            let _ = write!(text, " {column} |");
        }
        let _ = write!(text, "\n|---|{}\n", "---|".repeat(self.columns.len()));
        for (row, cells) in &self.rows {
            let _ = write!(text, "| {row} |");
            for column in &self.columns {
                let _ = write!(text, " {} |", cells.get(column).map_or("", String::as_str));
            }
            text.push('\n');
        }
        println!("{text}");
    }
}
