impl crate::schema::Spec for Network {
    fn block() -> crate::schema::Block {
        crate::schema::Block {
            attributes: Vec::from([
                crate::schema::Attribute::new::<
                    Option<String>,
                >("gateway", "gateway", "Gateway.")
                    .since("1.3")
                    .until("1.6")
                    .always_send()
                    .unit(crate::schema::Unit::Cpu),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("run_strategy", "runStrategy", "When it runs.")
                    .renamed_from("running")
                    .value_map("Always", true)
                    .value_map("Halted", false),
                crate::schema::Attribute::new::<
                    Option<String>,
                >("running", "", "Former name of `run_strategy`.")
                    .deprecated("Use `run_strategy` instead.")
                    .beside(crate::schema::AttributeRole::Renamed {
                        to: "run_strategy",
                    }),
                crate::schema::Attribute::new::<
                    Option<Vec<Subnet>>,
                >("subnets", "subnets", "Subnets.")
                    .was_map("name"),
                crate::schema::Attribute::new::<
                    Option<BTreeMap<String, Router>>,
                >("routers", "routers", "Routers.")
                    .was_list("name")
                    .keys("[a-z]+", "must be letters")
                    .key_in("r-{key}", 63),
                crate::schema::Attribute::new::<
                    Option<Vec<Subnet>>,
                >("networks", "networks", "Networks.")
                    .alias_of("subnets"),
            ]),
            rules: vec![],
            platform_rules: vec![],
            former_spec: None,
            is_entry: false,
        }
    }
}
impl crate::schema::Field for Network {
    fn shape() -> crate::schema::Shape {
        crate::schema::object_shape::<Self>()
    }
}
impl Network {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared(&self) {
        let _ = &self.gateway;
        let _ = &self.run_strategy;
        let _ = &self.subnets;
        let _ = &self.routers;
        let _ = &self.networks;
    }
}
