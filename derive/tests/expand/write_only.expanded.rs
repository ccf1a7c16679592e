impl crate::schema::Spec for User {
    fn block() -> crate::schema::Block {
        crate::schema::Block {
            attributes: Vec::from([
                crate::schema::Attribute::new::<
                    Option<Secret>,
                >("password", "password", "Password.")
                    .since("1.3")
                    .takes_effect(crate::schema::TakesEffect::FirstBoot {
                        again: "seed",
                    })
                    .write_only("password_wo", "password_wo_version"),
                crate::schema::Attribute::new::<
                    Option<crate::schema::Secret>,
                >(
                        "password_wo",
                        "",
                        "Write-only alternative to `password`: kept neither in the plan nor in the state, so it can come from an ephemeral resource or variable. Sent on create and whenever `password_wo_version` changes. Conflicts with `password`. Requires `password_wo_version`, and Terraform 1.11 or OpenTofu 1.11.",
                    )
                    .since("1.3")
                    .takes_effect(crate::schema::TakesEffect::FirstBoot {
                        again: "seed",
                    })
                    .beside(crate::schema::AttributeRole::WriteOnly),
                crate::schema::Attribute::new::<
                    Option<i64>,
                >(
                        "password_wo_version",
                        "",
                        "Any number. Changing it sends `password_wo` again. While it is set, changes made to the secret by others are not detected.",
                    )
                    .since("1.3")
                    .takes_effect(crate::schema::TakesEffect::FirstBoot {
                        again: "seed",
                    })
                    .beside(crate::schema::AttributeRole::Version),
            ]),
            rules: vec![],
            platform_rules: vec![],
            former_spec: None,
            is_entry: false,
        }
    }
}
impl crate::schema::Field for User {
    fn shape() -> crate::schema::Shape {
        crate::schema::object_shape::<Self>()
    }
}
impl User {
    #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
    fn declared(&self) {
        let _ = &self.password;
    }
}
