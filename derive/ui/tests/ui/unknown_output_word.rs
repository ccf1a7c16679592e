use hikube_derive::Outputs;

#[derive(Outputs)]
struct Access {
    /// Access keys, keyed by user.
    #[output(sensitive)]
    credentials: String,
    /// The address.
    #[output(unknown_when_change("users"))]
    endpoint: String,
}

fn main() {}
