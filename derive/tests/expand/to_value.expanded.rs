impl crate::schema::Spec for Key {
    fn block() -> crate::schema::Block {
        crate::schema::Block {
            attributes: Vec::from([
                crate::schema::Attribute::new::<String>("key", "key", "Key."),
            ]),
            rules: vec![],
            platform_rules: vec![],
            former_spec: None,
            is_entry: false,
        }
    }
}
impl crate::schema::Field for Key {
    fn shape() -> crate::schema::Shape {
        crate::schema::object_shape::<Self>()
    }
}
impl Key {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared(&self) {
        let _ = &self.key;
    }
}
impl crate::schema::ToValue for Key {
    fn to_value(self) -> crate::value::Value {
        let entries: [(&str, crate::value::Value); 1usize] = [
            ("key", crate::schema::ToValue::to_value(self.key)),
        ];
        crate::value::Value::map(entries)
    }
}
