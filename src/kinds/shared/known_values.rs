use crate::schema::{Choice, Choices, Field, Shape, choice_shape};

/// ValueList, separated by spaces, with their meaning, which may be empty.
pub(crate) type ValueList = &'static [(&'static str, &'static str)];

/// The values of a text that a platform may add to, such as its versions.
pub(crate) trait KnownValues {
    /// In the order to document them.
    const VALUES: ValueList;
}

impl<T: KnownValues> Choice for T {
    fn choices() -> Choices {
        let values = T::VALUES.iter().flat_map(|(values, meaning)| {
            let values = values.split(' ');
            values.map(|value| (value.to_owned(), (*meaning).to_owned()))
        });
        Choices {
            values: values.collect(),
            open: true,
        }
    }
}

impl<T: KnownValues> Field for T {
    fn shape() -> Shape {
        choice_shape::<T>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_meaning_are_listed_each() {
        struct Versions;
        impl KnownValues for Versions {
            const VALUES: ValueList = &[("", ""), ("v2 v1", "Old.")];
        }
        let choices = Versions::choices();
        let values: Vec<_> = choices.values.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(values, [("", ""), ("v2", "Old."), ("v1", "Old.")]);
        assert!(choices.open);
    }
}
