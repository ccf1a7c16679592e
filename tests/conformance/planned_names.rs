//! The names of fields on the platform are stored in the plan, for applies that cannot read the schema.

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated};
use crate::wire::resource;

/// On 0.41, a virtual machine has `running`, and stores `runStrategy` but ignores it.
#[tokio::test(flavor = "multi_thread")]
async fn an_apply_without_the_schema_uses_the_names_in_the_plan() {
    let kind = "hikube_vm";
    let config = resource(kind, &json!({"name": "named", "run_strategy": "Halted"}));
    for release in [Release::V0_41, Release::V1_6] {
        let platform = Platform::with(Options {
            platform: release,
            ..Platform::quick()
        });
        let planned = Core::on(&platform)
            .await
            .plan(kind, &Stated::default(), &config)
            .await;
        platform.fault("status=403,path=/openapi").await;
        let blind = Core::on(&platform).await;
        let created = blind
            .apply(kind, &Stated::default(), &planned, &config)
            .await
            .fine();
        platform.fault("").await;
        // Decoded with the schema, which ignores a field under the wrong name.
        let core = Core::on(&platform).await;
        let read = core.read(kind, &created).await.fine();
        core.assert_settled(kind, &read, &config).await;
        // A plan without the schema does not contain the names.
        platform.fault("status=403,path=/openapi").await;
        let blind = Core::on(&platform).await;
        let other = resource(kind, &json!({"name": "unnamed", "run_strategy": "Halted"}));
        let planned = blind.plan(kind, &Stated::default(), &other).await;
        let failed = blind
            .apply(kind, &Stated::default(), &planned, &other)
            .await;
        failed
            .messages
            .assert_error("Could not create virtual machine tenant-demo/unnamed");
        assert_eq!(failed.now, Stated::default());
    }
}
