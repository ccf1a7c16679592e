use std::str::FromStr;

use proptest::prelude::*;

use super::*;
use crate::value::arbitrary;

fn number(text: &str) -> Number {
    Number::from_str(text).unwrap_or_else(|_| panic!("{text} is a number"))
}

#[test]
fn text_is_parsed_and_displayed_in_normal_form() {
    let cases = [
        ("0", "0"),
        ("-0", "0"),
        ("+0.000e77", "0"),
        ("+5", "5"),
        ("007", "7"),
        ("3.0", "3"),
        ("3.", "3"),
        (".5", "0.5"),
        ("-0.5", "-0.5"),
        ("0.1", "0.1"),
        ("0.0010", "0.001"),
        ("1200", "1200"),
        ("12.50", "12.5"),
        ("1e3", "1000"),
        ("1E+3", "1000"),
        ("1.25e-2", "0.0125"),
        ("125e-2", "1.25"),
        ("1e30", "1000000000000000000000000000000"),
        ("9223372036854775808", "9223372036854775808"),
        ("1e999999999999", "1e+999999999999"),
        ("-12.5e-999999999999", "-1.25e-999999999998"),
        ("Inf", "+Inf"),
        ("+Inf", "+Inf"),
        ("-Inf", "-Inf"),
    ];
    for (text, shown) in cases {
        assert_eq!(number(text).to_string(), shown, "{text}");
        assert_eq!(number(shown), number(text), "{text}");
    }
}

#[test]
fn invalid_text_is_an_error() {
    let cases = [
        "",
        " ",
        "-",
        "+",
        ".",
        "-.",
        "e5",
        ".e5",
        "1e",
        "1e+",
        "1e+-5",
        "1e5e5",
        "1.2.3",
        "--1",
        "+-1",
        "1 ",
        " 1",
        "1_000",
        "0x10",
        "1,5",
        "NaN",
        "nan",
        "inf",
        "Infinity",
        "١",
        "1e5.5",
        "1e9999999999999999999999",
        "1e-9223372036854775808",
        "1e9223372036854775807",
        "0.1f",
        "1\0",
        "1e\u{663}",
    ];
    for text in cases {
        assert_eq!(Number::from_str(text), Err(ParseNumberError), "{text:?}");
    }
}

#[test]
fn order_is_numeric() {
    let ascending = [
        "-Inf",
        "-1e999999999999",
        "-1e30",
        "-10",
        "-9",
        "-1.5",
        "-1",
        "-0.1",
        "-0.09",
        "-1e-30",
        "0",
        "1e-999999999999",
        "1e-30",
        "0.09",
        "0.1",
        "0.11",
        "1",
        "1.5",
        "9",
        "10",
        "11",
        "1e30",
        "1.01e30",
        "1e999999999999",
        "+Inf",
    ];
    for (low, smaller) in ascending.iter().enumerate() {
        for (high, larger) in ascending.iter().enumerate() {
            assert_eq!(
                number(smaller).cmp(&number(larger)),
                low.cmp(&high),
                "{smaller} {larger}"
            );
        }
    }
}

#[test]
fn integers_are_converted_only_if_they_fit() {
    let cases = [
        ("0", Some(0), Some(0)),
        ("3.0", Some(3), Some(3)),
        ("-1", Some(-1), None),
        ("100", Some(100), Some(100)),
        ("0.5", None, None),
        ("1e-5", None, None),
        ("9223372036854775807", Some(i64::MAX), Some(i64::MAX as u64)),
        ("9223372036854775808", None, Some(1 << 63)),
        ("-9223372036854775808", Some(i64::MIN), None),
        ("-9223372036854775809", None, None),
        ("18446744073709551615", None, Some(u64::MAX)),
        ("18446744073709551616", None, None),
        ("99999999999999999999", None, None),
        ("1e999999999999", None, None),
        ("+Inf", None, None),
    ];
    for (text, signed, unsigned) in cases {
        assert_eq!(number(text).as_i64(), signed, "{text}");
        assert_eq!(number(text).as_u64(), unsigned, "{text}");
    }
}

#[test]
fn floats_are_converted_exactly() {
    let tenth = "0.1000000000000000055511151231257827021181583404541015625";
    assert_eq!(Number::from_f64(0.1), Some(number(tenth)));
    assert_eq!(Number::from_f64(-0.0), Some(number("0")));
    assert_eq!(
        Number::from_f64(1e30),
        Some(number("1000000000000000019884624838656"))
    );
    assert_eq!(Number::from_f64(f64::NAN), None);
    assert_eq!(Number::from_f64(f64::INFINITY), Some(number("+Inf")));
    assert_eq!(Number::from_f64(f64::NEG_INFINITY), Some(number("-Inf")));
    for edge in [
        f64::MAX,
        f64::MIN_POSITIVE,
        5e-324,
        f64::EPSILON,
        f64::MIN_POSITIVE.next_down(),
    ] {
        assert_eq!(
            Number::from_f64(edge).and_then(|number| number.as_f64_exact()),
            Some(edge)
        );
    }
    // 2^-1074 is 5^1074 / 10^1074, of 751 digits; the float with the most digits has 767.
    let digits = |float: f64| {
        let text = Number::from_f64(float).expect("a number").to_string();
        text.trim_start_matches(['0', '.']).to_owned()
    };
    let least = digits(5e-324);
    assert!(
        least.starts_with("49406564584124654417656879286822137236505980261432476"),
        "{least}"
    );
    assert!(least.ends_with("265625"), "{least}");
    assert_eq!(least.len(), 751);
    assert_eq!(digits(f64::MIN_POSITIVE.next_down()).len(), MAX_F64_DIGITS);
}

#[test]
fn only_exact_floats_are_returned() {
    let cases = [
        ("0", Some(0.0)),
        ("0.5", Some(0.5)),
        ("-1.25", Some(-1.25)),
        ("0.1", None),
        ("1e22", Some(1e22)),
        ("1e23", None),
        ("1e30", None),
        ("9007199254740993", None),
        ("9223372036854775808", Some(9223372036854775808.0)),
        ("1e308", None),
        ("1e400", None),
        ("1e-400", None),
        ("1e999999999999", None),
        ("1e-999999999999", None),
        ("+Inf", Some(f64::INFINITY)),
        ("-Inf", Some(f64::NEG_INFINITY)),
    ];
    for (text, float) in cases {
        assert_eq!(number(text).as_f64_exact(), float, "{text}");
    }
}

#[test]
fn debug_shows_the_number() {
    assert_eq!(format!("{:?}", number("1.50")), "Number(1.5)");
}

proptest! {
    #[test]
    fn text_round_trips(number in arbitrary::numbers()) {
        prop_assert_eq!(number.to_string().parse(), Ok(number));
    }

    #[test]
    fn floats_round_trip(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        let back = Number::from_f64(float).map(|number| number.as_f64_exact());
        prop_assert_eq!(back, (!float.is_nan()).then_some(Some(float)));
    }

    #[test]
    fn integers_round_trip_and_order(left in any::<i64>(), right in any::<i64>()) {
        prop_assert_eq!(Number::from(left).as_i64(), Some(left));
        prop_assert_eq!(Number::from(left).to_string(), left.to_string());
        prop_assert_eq!(Number::from(left).cmp(&Number::from(right)), left.cmp(&right));
    }

    #[test]
    fn floats_order(left in any::<f64>(), right in any::<f64>()) {
        let order = Number::from_f64(left).cmp(&Number::from_f64(right));
        prop_assert_eq!(Some(order), left.partial_cmp(&right));
    }

    #[test]
    fn equality_is_order(left in arbitrary::numbers(), right in arbitrary::numbers()) {
        prop_assert_eq!(left == right, left.cmp(&right).is_eq());
    }

    #[test]
    fn no_text_panics(text in "[-+0-9.eEInf]{0,24}|\\PC{0,12}") {
        if let Ok(number) = text.parse::<Number>() {
            let _ = (number.as_i64(), number.as_u64(), number.as_f64_exact());
            prop_assert_eq!(number.to_string().parse(), Ok(number));
        }
    }
}
