resource "hikube_valkey" "cache" {
  name = "cache"

  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_valkey_credentials" "cache" {
  id = hikube_valkey.cache.id
}

# A Secret in a Kubernetes cluster, with the provider hashicorp/kubernetes.
resource "kubernetes_secret_v1" "valkey" {
  metadata {
    name = "valkey"
  }

  data_wo = {
    url = ephemeral.hikube_valkey_credentials.cache.uri
  }
  data_wo_revision = 1
}
