//! The life of one object, the same for every kind: made, changed, taken over elsewhere, shown by the data
//! source, destroyed; each plan shows what is about to change and nothing else, and none after an apply.

use serde_json::Value;

use crate::harness::{Planned, Platform, Workspace};

/// What is told of the object.
pub(crate) struct Life<'a> {
    /// The type: `hikube_bucket`.
    pub(crate) kind: &'a str,
    /// The API's name of its collection.
    pub(crate) plural: &'a str,
    /// What stands beside it in the configuration.
    pub(crate) around: &'a str,
    /// Its attributes at first, without the name.
    pub(crate) first: &'a str,
    /// Its attributes later; none of them says what is the platform's default.
    pub(crate) second: &'a str,
    /// What the step from the first to the second changes.
    pub(crate) changes: &'a [&'a str],
}

/// What the platform held after each step, and what the data source showed at the end.
pub(crate) struct Lived {
    pub(crate) first: Value,
    pub(crate) second: Value,
    pub(crate) effective: Value,
}

impl Life<'_> {
    fn block(&self, attributes: &str) -> String {
        let Life { kind, around, .. } = self;
        format!("{around}\nresource \"{kind}\" \"it\" {{\n  name = \"NAME\"\n{attributes}\n}}\n")
    }

    /// Plays it through.
    #[track_caller]
    pub(crate) fn live(&self, platform: &Platform) -> Lived {
        let ours = Workspace::on(platform);
        let address = format!("{}.it", self.kind);
        ours.write(&self.block(self.first)).apply().ok();
        assert_eq!(ours.state(&address, "ready"), true);
        ours.assert_settled();
        let first = platform.api.spec(self.plural, &ours.name);

        let plan: Planned = ours.write(&self.block(self.second)).plan();
        plan.updates(&address, self.changes)
            .touches_only(&[&address]);
        ours.apply_plan()
            .ok()
            .says("0 added, 1 changed, 0 destroyed");
        assert_eq!(ours.state(&address, "ready"), true);
        ours.assert_settled();
        let second = platform.api.spec(self.plural, &ours.name);

        let effective = self.taken_over(platform, &ours.name);

        ours.destroy().ok();
        assert_eq!(ours.objects(), 0);
        assert_eq!(platform.api.get(self.plural, &ours.name), None);
        platform.assert_clean();
        Lived {
            first,
            second,
            effective,
        }
    }

    /// Imports it elsewhere with the same configuration: nothing is left to change. The data source shows it.
    fn taken_over(&self, platform: &Platform, name: &str) -> Value {
        let kind = self.kind;
        let theirs = Workspace::named(platform, name);
        let import = format!(
            "import {{\n  to = {kind}.it\n  id = \"{}/NAME\"\n}}\n\
             data \"{kind}\" \"it\" {{\n  name = \"NAME\"\n}}\n\
             output \"effective\" {{\n  value     = data.{kind}.it\n  sensitive = true\n}}\n",
            platform.api.namespace
        );
        let block = self.block(self.second).replace(self.around, "");
        let imported = theirs.write(&format!("{block}{import}")).apply().ok();
        imported.says("1 imported, 0 added, 0 changed, 0 destroyed");
        theirs.assert_settled();
        theirs.output("effective")
    }
}
