//! The objects that belong to an application: Secrets, Services, pods, workload monitors, workloads.
use crate::object::{Texts, time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The sort of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Sort {
    Secret,
    Service,
    Pod,
    Monitor,
    Workload,
}

impl Sort {
    /// All sorts.
    pub(crate) const ALL: [Sort; 5] = [
        Sort::Secret,
        Sort::Service,
        Sort::Pod,
        Sort::Monitor,
        Sort::Workload,
    ];

    /// Version, kind and plural in the API that serves the part.
    pub(crate) fn called(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Sort::Secret => ("v1", "Secret", "secrets"),
            Sort::Service => ("v1", "Service", "services"),
            Sort::Pod => ("v1", "Pod", "pods"),
            Sort::Monitor => (
                "cozystack.io/v1alpha1",
                "WorkloadMonitor",
                "workloadmonitors",
            ),
            Sort::Workload => ("cozystack.io/v1alpha1", "Workload", "workloads"),
        }
    }
}

/// A part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) sort: Sort,
    pub(crate) namespace: String,
    pub(crate) name: String,
    /// Kind and name of its application.
    pub(crate) owner: (String, String),
    /// The name of its Helm release, which is also that of the workload monitor.
    #[serde(default)]
    pub(crate) release: String,
    /// Whether it is visible to tenants.
    pub(crate) visible: bool,
    pub(crate) uid: String,
    pub(crate) version: u64,
    pub(crate) created: i64,
    /// Whether it was orphaned by an uninstall.
    #[serde(default)]
    pub(crate) left: bool,
    /// All fields except metadata.
    pub(crate) content: Value,
}

impl Part {
    /// The labels that the platform sets.
    pub(crate) fn labels(&self) -> Texts {
        let (kind, name) = &self.owner;
        let mut labels = Texts::from([
            (
                "apps.cozystack.io/application.group".to_owned(),
                crate::facts::GROUP.to_owned(),
            ),
            (
                "apps.cozystack.io/application.kind".to_owned(),
                kind.clone(),
            ),
            (
                "apps.cozystack.io/application.name".to_owned(),
                name.clone(),
            ),
            (
                "internal.cozystack.io/managed-by-cozystack".to_owned(),
                "true".to_owned(),
            ),
            (
                "internal.cozystack.io/tenantresource".to_owned(),
                self.visible.to_string(),
            ),
        ]);
        if self.sort == Sort::Workload {
            let monitor = "workloads.cozystack.io/monitor".to_owned();
            labels.insert(monitor, self.release.clone());
        }
        if self.sort == Sort::Pod {
            labels.insert("kubevirt.io".to_owned(), "virt-launcher".to_owned());
            labels.insert("vm.kubevirt.io/name".to_owned(), self.release.clone());
        }
        if self.sort == Sort::Service {
            labels.insert(
                "apps.cozystack.io/user-service".to_owned(),
                "true".to_owned(),
            );
        }
        labels
    }

    /// The object in the API that serves it.
    pub(crate) fn body(&self) -> Value {
        let (api_version, kind, _) = self.sort.called();
        self.body_as(api_version, kind, self.labels())
    }

    /// The Secret in `core.cozystack.io`: both `data` and `stringData` are base64-encoded (read in the source; clients
    /// may expect `stringData` to be plain text), and the marker label is hidden.
    pub(crate) fn tenant_secret(&self) -> Value {
        let mut labels = self.labels();
        labels.remove("internal.cozystack.io/tenantresource");
        let mut body = self.body_as("core.cozystack.io/v1alpha1", "TenantSecret", labels);
        body["stringData"] = body["data"].clone();
        body
    }

    fn body_as(&self, api_version: &str, kind: &str, labels: Texts) -> Value {
        let mut body = self.content.clone();
        body["apiVersion"] = json!(api_version);
        body["kind"] = json!(kind);
        body["metadata"] = json!({
            "name": self.name, "namespace": self.namespace, "uid": self.uid,
            "resourceVersion": self.version.to_string(), "creationTimestamp": time(self.created),
            "labels": labels,
        });
        body
    }
}

impl Part {
    /// Whether it is a Service with an external address.
    pub(crate) fn has_address(&self) -> bool {
        self.sort == Sort::Service && self.content["status"]["loadBalancer"]["ingress"].is_array()
    }
}
