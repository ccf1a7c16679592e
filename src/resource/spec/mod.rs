//! Between the attributes of a spec and the JSON the API holds: one way in a request, the other way in
//! drift, and what the platform's own schema says of it.

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod former;
pub(crate) mod live;
pub(crate) mod names;
pub(crate) mod reshape;
pub(crate) mod stored;
pub(crate) mod strip_defaults;
