impl crate::schema::Spec for Database {
    fn block() -> crate::schema::Block {
        crate::schema::Block {
            attributes: Vec::from([
                crate::schema::Attribute::new::<
                    Option<i64>,
                >("replicas", "replicas", "Number of replicas. One is the primary.")
                    .default(2)
                    .min(1)
                    .max(9),
                crate::schema::Attribute::new::<
                    Option<Vec<i64>>,
                >("ports", "ports", "Ports.")
                    .default(serde_json::json!([5432])),
                crate::schema::Attribute::new::<String>("owner", "owner", "Owner.")
                    .pattern("[a-z]+", "lower-case letters"),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("memory", "memory", "Memory.")
                    .unit(crate::schema::Unit::Bytes),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("schedule", "schedule", "Schedule.")
                    .cron(5)
                    .deprecated("Use a backup plan instead.")
                    .sensitive()
                    .computed(),
                crate::schema::Attribute::new::<Option<String>>("type", "kind", "Type."),
            ]),
            rules: vec![one_source],
            platform_rules: vec![needs_sockets],
            former_spec: None,
            is_entry: false,
        }
    }
}
impl crate::schema::Field for Database {
    fn shape() -> crate::schema::Shape {
        crate::schema::object_shape::<Self>()
    }
}
impl Database {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared(&self) {
        let _ = &self.replicas;
        let _ = &self.ports;
        let _ = &self.owner;
        let _ = &self.memory;
        let _ = &self.schedule;
        let _ = &self.r#type;
    }
}
