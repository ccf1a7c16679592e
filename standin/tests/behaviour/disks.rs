//! Disks, and when they are ready.
use crate::client::{Api, quick, ready};
use hikube_standin::{Options, Release};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_disk_of_1_6_can_wait_for_its_upload() {
    for release in Release::ALL {
        let waits = release >= Release::V1_6;
        let api = Api::with(Options {
            no_upload: true,
            ..quick(release)
        });
        let upload = json!({"source": {"upload": {}}, "storage": "5Gi"});
        api.make("vmdisks", "upload", upload).await;
        api.make("vmdisks", "blank", json!({"storage": "5Gi"}))
            .await;
        api.until_ready("vmdisks/blank").await;
        if !waits {
            api.until_ready("vmdisks/upload").await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let upload = api.get("vmdisks/upload").await.expect(200);
        assert_eq!(ready(&upload)["status"] == "Unknown", waits, "{release}");
    }
}

#[tokio::test]
async fn a_local_disk_of_1_6_can_wait_for_a_machine() {
    for release in Release::ALL {
        let waits = release >= Release::V1_6;
        let api = Api::with(Options {
            first_consumer: true,
            ..quick(release)
        });
        let image = json!({"image": {"name": "ubuntu"}});
        let disk = |class: &str| json!({"source": image, "storage": "5Gi", "storageClass": class});
        api.make("vmdisks", "near", disk("local")).await;
        api.make("vmdisks", "far", disk("replicated")).await;
        api.until_ready("vmdisks/far").await;
        if !waits {
            api.until_ready("vmdisks/near").await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let near = api.get("vmdisks/near").await.expect(200);
        assert_eq!(ready(&near)["status"] == "Unknown", waits, "{release}");
        // The machine requires that the disk exists, not that it is ready.
        let machine = json!({"disks": [{"name": "near"}], "instanceType": "u1.medium"});
        api.make("vminstances", "vm", machine).await;
        api.until_ready("vminstances/vm").await;
        api.until_ready("vmdisks/near").await;
    }
}
