use crate::schema::{Choice, Choices, Field, Shape, Text};

/// CPU and memory by name: a series, which sets the memory per CPU, and a size, which sets the CPU, such as
/// `t1.micro`. Platforms before 1.4 know only short names without a series. Later ones accept both, and the
/// upgrade to 1.4 replaces stored short names by their synonyms.
pub(crate) struct Preset;

/// Series and their MiB of memory per CPU.
const SERIES: [(&str, u32); 5] = [
    ("t1", 512),
    ("c1", 1024),
    ("s1", 2048),
    ("u1", 4096),
    ("m1", 8192),
];

/// Sizes and their millicores.
const SIZES: [(&str, u32); 8] = [
    ("nano", 250),
    ("micro", 500),
    ("small", 1000),
    ("medium", 2000),
    ("large", 4000),
    ("xlarge", 8000),
    ("2xlarge", 16_000),
    ("4xlarge", 32_000),
];

/// Short names, and the names with a series that mean the same (read in the platform's migrations).
const SYNONYMS: &[(&str, &str)] = &[
    ("nano", "t1.nano"),
    ("micro", "t1.micro"),
    ("small", "t1.small"),
    ("medium", "c1.small"),
    ("large", "c1.medium"),
    ("xlarge", "c1.large"),
    ("2xlarge", "c1.xlarge"),
];

impl Choice for Preset {
    fn choices() -> Choices {
        let sizes = |series| {
            SIZES
                .iter()
                .map(move |(size, _)| format!("{series}.{size}"))
        };
        let names = SERIES.iter().flat_map(|(series, _)| sizes(series));
        let values = names.map(|name| (name.clone(), meaning(&name)));
        let short = SYNONYMS.iter();
        let short = short.map(|(short, name)| ((*short).to_owned(), meaning(name)));
        Choices {
            values: values.chain(short).collect(),
            open: true,
        }
    }
}

impl Field for Preset {
    fn shape() -> Shape {
        Shape::Text(Text {
            choices: Preset::choices(),
            synonyms: SYNONYMS,
            ..Text::default()
        })
    }
}

/// `500m CPU, 256Mi memory` or `2 CPU, 4Gi memory`.
fn meaning(name: &str) -> String {
    let (series, size) = name.split_once('.').unwrap_or_default();
    let of = |table: &[(&str, u32)], name| {
        let entry = table.iter().find(|(known, _)| *known == name);
        entry.map_or(0, |(_, number)| *number)
    };
    let millicores = of(&SIZES, size);
    let mebibytes = millicores * of(&SERIES, series) / 1000;
    let cpu = amount(millicores, 1000, "", "m");
    let memory = amount(mebibytes, 1024, "Gi", "Mi");
    format!("{cpu} CPU, {memory} memory")
}

fn amount(parts: u32, whole: u32, whole_unit: &str, part_unit: &str) -> String {
    if parts.is_multiple_of(whole) {
        format!("{}{whole_unit}", parts / whole)
    } else {
        format!("{parts}{part_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning_of(preset: &str) -> String {
        let choices = Preset::choices();
        let mut values = choices.values.into_iter();
        let found = values.find(|(name, _)| name == preset);
        found.map(|(_, meaning)| meaning).unwrap_or_default()
    }

    #[test]
    fn a_preset_means_its_cpu_and_memory() {
        assert_eq!(Preset::choices().values.len(), 47);
        assert_eq!(meaning_of("t1.nano"), "250m CPU, 128Mi memory");
        assert_eq!(meaning_of("t1.small"), "1 CPU, 512Mi memory");
        assert_eq!(meaning_of("c1.medium"), "2 CPU, 2Gi memory");
        assert_eq!(meaning_of("m1.4xlarge"), "32 CPU, 256Gi memory");
    }

    /// The sizes that platforms before 1.4 give the short names.
    #[test]
    fn a_short_name_equals_its_synonym() {
        let Shape::Text(text) = Preset::shape() else {
            panic!("a text");
        };
        for (short, name, meaning) in [
            ("nano", "t1.nano", "250m CPU, 128Mi memory"),
            ("micro", "t1.micro", "500m CPU, 256Mi memory"),
            ("small", "t1.small", "1 CPU, 512Mi memory"),
            ("medium", "c1.small", "1 CPU, 1Gi memory"),
            ("large", "c1.medium", "2 CPU, 2Gi memory"),
            ("xlarge", "c1.large", "4 CPU, 4Gi memory"),
            ("2xlarge", "c1.xlarge", "8 CPU, 8Gi memory"),
        ] {
            assert_eq!(text.synonym(short), Some(name));
            assert_eq!(text.synonym(name), Some(short));
            assert_eq!(meaning_of(short), meaning);
            assert_eq!(meaning_of(name), meaning);
        }
    }
}
