#[derive(Outputs)]
struct Access {
    /// Host.
    #[output(known_at_plan = host)]
    host: Option<String>,
    /// Address.
    #[output(unknown_when_changed("external", "external_ports"))]
    address: Option<String>,
    /// Name of the bucket.
    #[output(use_state_for_unknown)]
    bucket: Option<String>,
    /// Keys.
    #[output(secret, when_stored = "They are in the state.")]
    keys: BTreeMap<String, String>,
}
