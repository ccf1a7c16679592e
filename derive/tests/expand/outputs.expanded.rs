impl crate::schema::ToValue for Access {
    fn to_value(self) -> crate::value::Value {
        let entries: [(&str, crate::value::Value); 4usize] = [
            ("host", crate::schema::ToValue::to_value(self.host)),
            ("address", crate::schema::ToValue::to_value(self.address)),
            ("bucket", crate::schema::ToValue::to_value(self.bucket)),
            ("keys", crate::schema::ToValue::to_value(self.keys)),
        ];
        crate::value::Value::map(entries)
    }
}
impl crate::resource::Outputs for Access {
    const HAS_CREDENTIALS: bool = true;
    fn declared() -> Vec<crate::resource::Output> {
        Vec::from([
            crate::resource::Output::new::<Option<String>>("host", "Host.")
                .known_at_plan(|values| {
                    let function: fn(
                        &crate::value::Value,
                    ) -> crate::resource::Planned<Option<String>> = host;
                    crate::schema::ToValue::to_value(function(values))
                }),
            crate::resource::Output::new::<Option<String>>("address", "Address.")
                .unknown_when_changed(&["external", "external_ports"]),
            crate::resource::Output::new::<
                Option<String>,
            >("bucket", "Name of the bucket.")
                .use_state_for_unknown(),
            crate::resource::Output::new::<BTreeMap<String, String>>("keys", "Keys.")
                .secret(
                    "Keys. They are in the state. Empty if `store_credentials` is `false`.",
                    "Keys. They are in the state. Null if `store_credentials` is `false`.",
                ),
        ])
    }
}
