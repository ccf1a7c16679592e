impl crate::schema::Choice for Version {
    fn choices() -> crate::schema::Choices {
        crate::schema::Choices {
            values: Vec::from([
                ("v1.35".to_owned(), "The newest one.".to_owned()),
                ("Older".to_owned(), "The one before.".to_owned()),
            ]),
            open: true,
        }
    }
}
impl crate::schema::Field for Version {
    fn shape() -> crate::schema::Shape {
        crate::schema::choice_shape::<Self>()
    }
}
impl Version {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared() {
        let _ = Self::V1_35;
        let _ = Self::Older;
    }
}
