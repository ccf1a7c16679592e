//! What the platform calls a field is told by the plan, where the apply cannot ask.

use hikube_standin::{Options, Release};
use serde_json::json;

use crate::platform::Platform;
use crate::terraform::{Core, Stated};
use crate::wire::resource;

/// On 0.41 a machine has `running`, and stores `runStrategy` and ignores it.
#[tokio::test(flavor = "multi_thread")]
async fn an_apply_without_the_schema_uses_the_names_that_the_plan_saw() {
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
        // Read with the schema, a field under another name would be none of the machine's.
        let core = Core::on(&platform).await;
        let read = core.read(kind, &created).await.fine();
        core.assert_settled(kind, &read, &config).await;
        // A plan that did not see them either says nothing.
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
