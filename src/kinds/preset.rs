use crate::schema::{Choice, Choices, Field, Shape, Text};

/// A size by name: a family, which says how much memory comes with a CPU core, and a size, which
/// says how many cores: `t1.micro`, `c1.medium`. Platforms before 1.4 know only the short names
/// without a family; later ones still take them, and the upgrade to 1.4 replaces stored ones by their
/// synonyms.
pub(super) struct Preset;

/// Families and the MiB of memory they give per core.
const FAMILIES: [(&str, u32); 5] = [
    ("t1", 512),
    ("c1", 1024),
    ("s1", 2048),
    ("u1", 4096),
    ("m1", 8192),
];

/// Sizes and their thousandths of a core.
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

/// The short names, and the names with a family that mean the same (read in the platform's migrations).
const SYNONYMS: &[(&str, &str)] = &[
    ("nano", "t1.nano"),
    ("micro", "t1.micro"),
    ("small", "t1.small"),
    ("medium", "c1.small"),
    ("large", "c1.medium"),
    ("xlarge", "c1.large"),
    ("2xlarge", "c1.xlarge"),
];

/// The short names, their thousandths of a core and their MiB of memory.
const SHORT: [(&str, u32, u32); 7] = [
    ("nano", 250, 128),
    ("micro", 500, 256),
    ("small", 1000, 512),
    ("medium", 1000, 1024),
    ("large", 2000, 2048),
    ("xlarge", 4000, 4096),
    ("2xlarge", 8000, 8192),
];

impl Choice for Preset {
    fn choices() -> Choices {
        let full = FAMILIES.iter().flat_map(|(family, per_core)| {
            SIZES.iter().map(move |(size, cores)| {
                (
                    format!("{family}.{size}"),
                    meaning(*cores, cores * per_core / 1000),
                )
            })
        });
        let short = SHORT
            .iter()
            .map(|(name, cores, memory)| ((*name).to_owned(), meaning(*cores, *memory)));
        Choices {
            values: full.chain(short).collect(),
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
fn meaning(millicores: u32, mebibytes: u32) -> String {
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

    #[test]
    fn a_preset_means_its_cores_and_memory() {
        let choices = Preset::choices();
        let meaning = |preset| {
            choices
                .values
                .iter()
                .find(|(name, _)| name == preset)
                .map(|(_, m)| &**m)
        };
        assert_eq!(choices.values.len(), 47);
        assert_eq!(meaning("t1.nano"), Some("250m CPU, 128Mi memory"));
        assert_eq!(meaning("t1.small"), Some("1 CPU, 512Mi memory"));
        assert_eq!(meaning("c1.medium"), Some("2 CPU, 2Gi memory"));
        assert_eq!(meaning("m1.4xlarge"), Some("32 CPU, 256Gi memory"));
        for (short, full) in SYNONYMS {
            assert!(meaning(short).is_some());
            assert_eq!(meaning(short), meaning(full), "{short} and {full}");
        }
        assert_eq!(SYNONYMS.len(), SHORT.len());
    }
}
