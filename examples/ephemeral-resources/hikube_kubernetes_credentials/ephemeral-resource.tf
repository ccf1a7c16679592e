resource "hikube_kubernetes" "main" {
  name = "main"
}

# The id is known when the cluster is ready, so the credentials are read only then.
ephemeral "hikube_kubernetes_credentials" "main" {
  id = hikube_kubernetes.main.id
}

provider "kubernetes" {
  host                   = ephemeral.hikube_kubernetes_credentials.main.host
  cluster_ca_certificate = ephemeral.hikube_kubernetes_credentials.main.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubernetes_credentials.main.client_certificate
  client_key             = ephemeral.hikube_kubernetes_credentials.main.client_key
}
