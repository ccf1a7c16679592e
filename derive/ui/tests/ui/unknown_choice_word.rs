use hikube_derive::Choice;

#[derive(Choice)]
#[choice(closed)]
enum Bus {
    /// The fast one.
    Virtio,
}

#[derive(Choice)]
enum Method {
    /// Every port.
    #[choice(name = "WholeIP")]
    WholeIp,
}

fn main() {}
