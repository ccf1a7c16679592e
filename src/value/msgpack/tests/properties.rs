//! Property tests with any type, value and bytes.

use proptest::{collection, prelude::*};

use super::*;
use crate::value::arbitrary;

fn typed_values() -> impl Strategy<Value = (Type, Value)> {
    arbitrary::types().prop_flat_map(|ty| {
        let value = arbitrary::values(&ty, true);
        (Just(ty), value)
    })
}

proptest! {
    #[test]
    fn values_round_trip((ty, value) in typed_values()) {
        let bytes = encode(&value, &ty).expect("a value of the type");
        prop_assert_eq!(decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn a_truncated_value_is_an_error((ty, value) in typed_values(), cut in any::<prop::sample::Index>()) {
        let bytes = encode(&value, &ty).expect("a value of the type");
        prop_assert!(decode(&bytes[..cut.index(bytes.len())], &ty).is_err());
        prop_assert!(decode(&join(&[&bytes, &[0xc0]]), &ty).is_err());
    }

    #[test]
    fn damaged_values_never_panic(
        (ty, value) in typed_values(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encode(&value, &ty).expect("a value of the type");
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(value) = decode(&bytes, &ty) {
            let again = encode(&value, &ty).expect("a value of the type");
            prop_assert_eq!(decode(&again, &ty), Ok(value));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(
        ty in arbitrary::types(),
        bytes in collection::vec(any::<u8>(), 0..64),
    ) {
        let _ = decode(&bytes, &ty);
    }
}
