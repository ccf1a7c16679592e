impl crate::schema::Spec for Pool {
    fn block() -> crate::schema::Block {
        crate::schema::Block {
            attributes: Vec::from([
                crate::schema::Attribute::new::<Option<Bytes>>("size", "size", "Size.")
                    .grow_only()
                    .replace(),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("version", "version", "Version.")
                    .upgrades(crate::schema::Upgrades::Any),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("kubernetes", "kubernetes", "Kubernetes version.")
                    .upgrades(crate::schema::Upgrades::Minor),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("instance_type", "instanceType", "Type of the machines.")
                    .takes_effect(crate::schema::TakesEffect::Restart)
                    .stopped("Halted"),
                crate::schema::Attribute::new::<
                    Option<BTreeMap<String, Database>>,
                >("databases", "databases", "Databases.")
                    .loses("the database and its data")
                    .implicit_entry("md0"),
            ]),
            rules: vec![],
            platform_rules: vec![],
            former_spec: None,
            is_entry: false,
        }
    }
}
impl crate::schema::Field for Pool {
    fn shape() -> crate::schema::Shape {
        crate::schema::object_shape::<Self>()
    }
}
impl Pool {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared(&self) {
        let _ = &self.size;
        let _ = &self.version;
        let _ = &self.kubernetes;
        let _ = &self.instance_type;
        let _ = &self.databases;
    }
}
