//! The Secrets and Services that each kind's chart creates. Names and keys were read in the charts. The values are
//! invented, but do not change with an upgrade.
use crate::identity;
use crate::object::Object;
use crate::outputs::Output;
use serde_json::Value;

/// The parts that an install or upgrade of an application creates.
struct Chart<'a> {
    object: &'a Object,
    release: &'a str,
    values: &'a Value,
    /// The domain of the tenant's services.
    host: &'a str,
}

/// The Secrets and Services of an application.
pub(crate) fn outputs(object: &Object, release: &str, values: &Value, host: &str) -> Vec<Output> {
    let chart = Chart {
        object,
        release,
        values,
        host,
    };
    match object.kind.as_str() {
        "Postgres" => chart.postgres(),
        "MariaDB" | "MySQL" => chart.mariadb(),
        "Redis" | "Valkey" => chart.redis(),
        "MongoDB" => chart.mongodb(),
        "ClickHouse" => chart.clickhouse(),
        "OpenSearch" => chart.opensearch(),
        "RabbitMQ" => chart.rabbitmq(),
        "Kafka" => chart.kafka(),
        "NATS" => chart.with_users("", &[4222]),
        "FerretDB" => chart.with_users("", &[27017]),
        "Qdrant" => vec![
            Output::secret_of(chart.named("-apikey"), "api-key", chart.made_up("api-key")),
            chart.service("", &[6333, 6334], chart.external()),
            chart.service("-headless", &[6333, 6334], false),
        ],
        "Harbor" => chart.harbor(),
        "Bucket" => chart.bucket(),
        "Kubernetes" => chart.kubernetes(),
        "VPN" => chart.vpn(),
        "VMInstance" | "VirtualMachine" => chart.machine(),
        "HTTPCache" => vec![chart.service("-haproxy", &[80], chart.external())],
        "TCPBalancer" => vec![chart.service("-haproxy", &[80], chart.external())],
        "OpenBAO" => vec![
            chart.service("", &[8200], chart.external()),
            chart.service("-internal", &[8200, 8201], false),
        ],
        "Info" => chart.info(),
        "Monitoring" => vec![
            Output::secret(
                "grafana-admin-password".into(),
                [
                    ("user", "admin".to_owned()),
                    ("password", chart.made_up("admin")),
                ]
                .map(|(key, text)| (key.to_owned(), text)),
            ),
            Output::service("grafana-service".into(), &[3000], false),
            Output::service("alerta".into(), &[80], false),
        ],
        _ => Vec::new(),
    }
}

impl Chart<'_> {
    fn named(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.release)
    }

    fn external(&self) -> bool {
        self.values["external"].as_bool().unwrap_or(false)
    }

    fn service(&self, suffix: &str, ports: &[u16], external: bool) -> Output {
        Output::service(self.named(suffix), ports, external)
    }

    /// The host name: the configured one, or one in the tenant's domain.
    fn own_host(&self) -> String {
        let given = self.values["host"].as_str().filter(|host| !host.is_empty());
        given.map_or_else(|| format!("{}.{}", self.release, self.host), str::to_owned)
    }

    /// A generated password.
    fn made_up(&self, user: &str) -> String {
        let text = format!("{}/{}/{user}", self.object.namespace, self.release);
        let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("Gen{hash:016x}")
    }

    fn user_names(&self) -> Vec<&String> {
        self.values["users"]
            .as_object()
            .into_iter()
            .flat_map(|users| users.keys())
            .collect()
    }

    fn passwords(&self) -> Vec<(String, String)> {
        let password = |user: &String| {
            let given = self.values["users"][user]["password"]
                .as_str()
                .filter(|p| !p.is_empty());
            given.map_or_else(|| self.made_up(user), str::to_owned)
        };
        self.user_names()
            .into_iter()
            .map(|user| (user.clone(), password(user)))
            .collect()
    }

    fn credentials(&self, data: Vec<(String, String)>) -> Output {
        Output::secret(self.named("-credentials"), data)
    }

    /// A Secret with a key for each user (none without users), and a Service.
    fn with_users(&self, suffix: &str, ports: &[u16]) -> Vec<Output> {
        let mut made = vec![self.service(suffix, ports, self.external())];
        let passwords = self.passwords();
        if !passwords.is_empty() {
            made.push(self.credentials(passwords));
        }
        made
    }

    fn postgres(&self) -> Vec<Output> {
        let mut made = Vec::new();
        let passwords = self.passwords();
        if !passwords.is_empty() {
            made.push(self.credentials(passwords));
        }
        made.extend(["-r", "-ro", "-rw"].map(|suffix| self.service(suffix, &[5432], false)));
        if self.external() {
            made.push(self.service("-external-write", &[5432], true));
        }
        made
    }

    fn mariadb(&self) -> Vec<Output> {
        let mut passwords = self.passwords();
        passwords.push(("root".to_owned(), self.made_up("root")));
        let alone = self.values["replicas"]
            .as_u64()
            .is_none_or(|replicas| replicas <= 1);
        let mut made = vec![
            self.credentials(passwords),
            self.service("", &[3306], alone && self.external()),
        ];
        if !alone {
            made.push(self.service("-primary", &[3306], self.external()));
            made.push(self.service("-secondary", &[3306], false));
        }
        made
    }

    fn redis(&self) -> Vec<Output> {
        let mut made = ["rfs", "rfrm", "rfrs"]
            .map(|part| Output::service(format!("{part}-{}", self.release), &[6379], false))
            .into_iter()
            .collect::<Vec<_>>();
        if self.values["authEnabled"].as_bool().unwrap_or(true) {
            made.push(Output::secret_of(
                self.named("-auth"),
                "password",
                self.made_up("auth"),
            ));
        }
        if self.external() {
            made.push(self.service("-external-lb", &[6379], true));
        }
        made
    }

    /// Password and address are empty after the first install and are set by the next upgrade.
    fn mongodb(&self) -> Vec<Output> {
        let sharding = self.values["sharding"].as_bool().unwrap_or(false);
        let front = self.named(if sharding { "-mongos" } else { "-rs0" });
        let host = format!("{front}.{}.svc", self.object.namespace);
        let (mut password, mut uri) = (String::new(), String::new());
        if self.object.releases > 1 {
            password = self.made_up("databaseAdmin");
            uri = format!("mongodb://databaseAdmin:{password}@{host}:27017/");
        }
        let data = [
            ("username", "databaseAdmin".to_owned()),
            ("password", password),
            ("host", host),
        ];
        let mut data: Vec<_> = data.map(|(key, text)| (key.to_owned(), text)).into();
        data.extend([
            ("port".to_owned(), "27017".to_owned()),
            ("uri".to_owned(), uri),
        ]);
        let mut made = vec![
            self.credentials(data),
            Output::service(front, &[27017], false),
        ];
        if self.external() && sharding {
            made.push(self.service("-external", &[27017], true));
        }
        for (user, password) in self.passwords() {
            let name = self.named(&format!("-user-{user}"));
            made.push(Output::secret_of(name, "password", password).hidden());
        }
        made
    }

    fn clickhouse(&self) -> Vec<Output> {
        let mut passwords = self.passwords();
        passwords.push(("backup".to_owned(), self.made_up("backup")));
        let service = Output::service(format!("chendpoint-{}", self.release), &[8123, 9000], false);
        vec![self.credentials(passwords), service]
    }

    fn opensearch(&self) -> Vec<Output> {
        let password = self.made_up("admin");
        let host = format!("{}.{}.svc", self.release, self.object.namespace);
        let uri = format!("https://admin:{password}@{host}:9200");
        let data = [
            ("username", "admin".to_owned()),
            ("password", password),
            ("host", host),
        ];
        let mut data: Vec<_> = data.map(|(key, text)| (key.to_owned(), text)).into();
        data.extend([
            ("port".to_owned(), "9200".to_owned()),
            ("uri".to_owned(), uri),
        ]);
        let mut made = vec![self.credentials(data), self.service("", &[9200], false)];
        if self.external() {
            made.push(self.service("-external", &[9200], true));
        }
        made
    }

    fn rabbitmq(&self) -> Vec<Output> {
        let password = self.made_up("default");
        let host = format!("{}.{}.svc", self.release, self.object.namespace);
        let uri = format!("amqp://default:{password}@{host}:5672/");
        let data = [
            ("username", "default".to_owned()),
            ("password", password),
            ("host", host),
            ("port", "5672".to_owned()),
            ("connection_string", uri),
        ];
        let data = data.map(|(key, text)| (key.to_owned(), text));
        let mut made = vec![
            Output::secret(self.named("-default-user"), data),
            self.service("", &[5672, 15672], self.external()),
        ];
        for (user, password) in self.passwords() {
            let name = self.named(&format!(
                "-{}-credentials",
                user.replace('_', "-").to_lowercase()
            ));
            let data = [
                ("username".to_owned(), user),
                ("password".to_owned(), password),
            ];
            made.push(Output::secret(name, data));
        }
        made
    }

    fn kafka(&self) -> Vec<Output> {
        let mut made = vec![
            Output::secret_of(
                self.named("-cluster-ca-cert"),
                "ca.crt",
                self.made_up("cluster-ca"),
            ),
            Output::secret_of(
                self.named("-clients-ca-cert"),
                "ca.crt",
                self.made_up("clients-ca"),
            ),
            self.service("-kafka-bootstrap", &[9092, 9093], false),
        ];
        if self.external() {
            made.push(self.service("-kafka-external-bootstrap", &[9094], true));
        }
        made
    }

    fn harbor(&self) -> Vec<Output> {
        let host = self.own_host();
        let data = [
            ("admin-password", self.made_up("admin")),
            ("redis-password", self.made_up("redis")),
            ("url", format!("https://{host}")),
        ];
        let data = data.map(|(key, text)| (key.to_owned(), text)).into();
        vec![self.credentials(data), self.service("", &[80], false)]
    }

    fn bucket(&self) -> Vec<Output> {
        let secret = |name: String, user: &str| {
            let bucket = self.made_up("bucket").replace("Gen", "bucket-");
            let data = [
                ("accessKey", format!("AK{}", self.made_up(user))),
                (
                    "secretKey",
                    format!("SK{}", self.made_up(&format!("{user}/secret"))),
                ),
                ("endpoint", "s3.example.org".to_owned()),
                ("bucketName", bucket),
            ];
            Output::secret(name, data.map(|(key, text)| (key.to_owned(), text)))
        };
        if self.values["users"].is_null() {
            // Buckets have no users in 0.41.
            return vec![secret(self.named("-credentials"), "")];
        }
        let named = |user: &String| secret(self.named(&format!("-{user}-credentials")), user);
        self.user_names().into_iter().map(named).collect()
    }

    fn kubernetes(&self) -> Vec<Output> {
        let host = self.own_host();
        let inside = format!("{}.{}.svc:6443", self.release, self.object.namespace);
        let data = [
            ("admin.conf", format!("{host}:443")),
            ("super-admin.conf", format!("{host}:443")),
            ("admin.svc", inside.clone()),
            ("super-admin.svc", inside),
        ];
        let data = data.map(|(key, server)| {
            let user = format!("kubernetes-{}", key.split('.').next().unwrap_or(key));
            (key.to_owned(), cluster_config(self.release, &server, &user))
        });
        vec![
            Output::secret(self.named("-admin-kubeconfig"), data),
            self.service("", &[6443], false),
        ]
    }

    fn vpn(&self) -> Vec<Output> {
        let host = self.values["host"]
            .as_str()
            .filter(|host| !host.is_empty())
            .unwrap_or("vpn.example.org");
        let urls: Vec<(String, String)> = self
            .passwords()
            .into_iter()
            .map(|(user, password)| {
                let url = format!("ss://{password}@{host}:40000/?outline=1#{}", self.release);
                (user, url)
            })
            .collect();
        let own = self.values["externalIPs"].as_array();
        let has_balancer = own.is_none_or(Vec::is_empty);
        vec![
            Output::secret(self.named("-urls"), urls),
            self.service("-vpn", &[40000], has_balancer),
        ]
    }

    fn machine(&self) -> Vec<Output> {
        let ports: Vec<u16> = self.values["externalPorts"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|port| port.as_u64()?.try_into().ok())
            .collect();
        vec![self.service("", &ports, self.external())]
    }

    fn info(&self) -> Vec<Output> {
        let namespace = &self.object.namespace;
        let data = [
            ("token", self.made_up("token")),
            ("ca.crt", self.made_up("ca")),
            ("namespace", namespace.clone()),
        ];
        let kubeconfig = tenant_config("api.example.org", namespace);
        vec![
            Output::secret_of(format!("kubeconfig-{namespace}"), "kubeconfig", kubeconfig),
            Output::secret(
                namespace.clone(),
                data.map(|(key, text)| (key.to_owned(), text)),
            ),
        ]
    }
}

/// The kubeconfig of a cluster's administrator, with a client certificate.
fn cluster_config(cluster: &str, server: &str, user: &str) -> String {
    let identity = identity::of_clusters();
    let (authority, certificate, key) = (&identity.authority, &identity.certificate, &identity.key);
    format!(
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {authority}\n    \
         server: https://{server}\n  name: {cluster}\ncontexts:\n- context:\n    \
         cluster: {cluster}\n    user: {user}\n  name: {user}@{cluster}\n\
         current-context: {user}@{cluster}\nkind: Config\npreferences: {{}}\nusers:\n\
         - name: {user}\n  user:\n    client-certificate-data: {certificate}\n    \
         client-key-data: {key}\n"
    )
}

/// The kubeconfig of a tenant's users, who log in with a browser.
fn tenant_config(host: &str, namespace: &str) -> String {
    let authority = &identity::of_clusters().authority;
    format!(
        "apiVersion: v1\nclusters:\n- cluster:\n    certificate-authority-data: {authority}\n    \
         server: https://{host}:443\n  name: {namespace}\ncontexts:\n- context:\n    \
         cluster: {namespace}\n    namespace: {namespace}\n    user: keycloak\n  \
         name: {namespace}\ncurrent-context: {namespace}\nkind: Config\nusers:\n\
         - name: keycloak\n  user:\n    exec:\n      \
         apiVersion: client.authentication.k8s.io/v1beta1\n      command: kubectl\n      \
         args: [oidc-login, get-token]\n"
    )
}
