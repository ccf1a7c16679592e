#[derive(Spec)]
struct Network {
    /// Gateway.
    #[spec(since = "1.3", until = "1.6", always_send, cpu)]
    gateway: Option<String>,
    /// When it runs.
    #[spec(renamed_from = "running", value_map("Always" = true, "Halted" = false))]
    run_strategy: Option<String>,
    /// Subnets.
    #[spec(was_map = "name")]
    subnets: Option<Vec<Subnet>>,
    /// Routers.
    #[spec(was_list = "name", keys("[a-z]+", "must be letters"), key_in("r-{key}", 63))]
    routers: Option<BTreeMap<String, Router>>,
    /// Networks.
    #[spec(alias_of = "subnets")]
    networks: Option<Vec<Subnet>>,
}
