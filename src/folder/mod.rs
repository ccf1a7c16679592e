//! Private directories on disk, for data that the provider keeps between runs.
//!
//! Their paths are known: they may be in a repository of someone else, or in a cache that other programs share. So
//! their content is not trusted. A directory is used only if it is not a link and belongs to the current user, and a
//! file only if it is a regular file of the current user. Links are not followed, and files that could block, such as
//! named pipes, are not opened.

mod name;
#[cfg(not(unix))]
mod portable;
mod private;
#[cfg(test)]
mod tests;
#[cfg(unix)]
mod unix;

pub(crate) use name::{is_random_name, random_name};
pub(crate) use private::{Folder, read};
