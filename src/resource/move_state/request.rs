/// A resource that a `moved` block makes one of ours.
pub struct MoveRequest<'a> {
    /// The provider it belonged to, such as `registry.terraform.io/hashicorp/kubernetes`.
    pub provider: &'a str,
    /// Its type there.
    pub type_name: &'a str,
    /// Its state, in the JSON of its own schema.
    pub state: &'a [u8],
    /// What its provider remembered of it.
    pub private: &'a [u8],
    /// Our resource for a kind of the platform, in capitals or not, where there is one.
    pub type_for: &'a dyn Fn(&str) -> Option<&'static str>,
}

/// Why a resource cannot be moved: a sentence or a few.
pub(crate) type Refusal = String;
