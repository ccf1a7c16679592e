/// A unique name of 32 lower-case hexadecimal digits.
pub(crate) fn random_name() -> String {
    let mut random = [0u8; 16];
    match aws_lc_rs::rand::fill(&mut random) {
        Ok(()) => format!("{:032x}", u128::from_be_bytes(random)),
        Err(_) => clock_name(),
    }
}

/// A name from time and process ID, if no random numbers are available.
fn clock_name() -> String {
    let time = jiff::Timestamp::now().as_nanosecond();
    format!("{:032x}", (time << 32) | i128::from(std::process::id()))
}

/// Whether a name has the format of [`random_name`].
pub(crate) fn is_random_name(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(is_digit)
}

/// Whether a byte can be part of a [`random_name`].
pub(crate) fn is_digit(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_names_are_valid_and_unique() {
        let (first, second) = (random_name(), random_name());
        assert_ne!(first, second);
        for name in [first, second, clock_name()] {
            assert!(is_random_name(&name), "{name}");
        }
        assert!(clock_name() < clock_name(), "the names increase");
    }

    #[test]
    fn other_names_are_invalid() {
        let long = "0".repeat(33);
        let upper = "A".repeat(32);
        let dotted = format!("{}.", "0".repeat(31));
        let other = "\u{660}".repeat(16);
        for name in ["", "terraform.tfstate", &long, &upper, &dotted, &other] {
            assert!(!is_random_name(name), "{name}");
        }
    }
}
