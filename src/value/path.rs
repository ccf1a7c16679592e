use std::fmt;

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An attribute of an object, by name.
    Attribute(String),
    /// An entry of a map, by key.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// The path of a part of a value, from its root. Elements of a set have no path of their own.
///
/// Displayed as in Terraform: `node_groups["general"].gpus[0].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole value.
    pub fn root() -> Path {
        Path::default()
    }

    /// A top-level attribute.
    pub fn of(attribute: &str) -> Path {
        Path::root().attribute(attribute)
    }

    /// This path, then an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Path {
        self.then(Step::Attribute(name.to_owned()))
    }

    /// This path, then the entry of a map.
    #[must_use]
    pub fn key(&self, key: &str) -> Path {
        self.then(Step::Key(key.to_owned()))
    }

    /// This path, then the element of a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Path {
        self.then(Step::Index(index))
    }

    /// The steps from the root.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path, seen from the value of which the step leads to where the path starts.
    pub(super) fn within(mut self, step: Step) -> Path {
        self.0.insert(0, step);
        self
    }

    fn then(&self, step: Step) -> Path {
        let mut steps = self.0.clone();
        steps.push(step);
        Path(steps)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_displayed_as_in_terraform() {
        let path = Path::of("node_groups")
            .key("general")
            .attribute("gpus")
            .index(0)
            .attribute("name");
        assert_eq!(path.to_string(), r#"node_groups["general"].gpus[0].name"#);
        assert_eq!(Path::root().to_string(), "");
    }
}
