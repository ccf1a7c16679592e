resource "hikube_qdrant" "search" {
  name = "search"

  # Keep the key out of the state.
  store_credentials = false
}

ephemeral "hikube_qdrant_credentials" "search" {
  id = hikube_qdrant.search.id
}

# A Secret in a Kubernetes cluster, with the provider hashicorp/kubernetes.
resource "kubernetes_secret_v1" "qdrant" {
  metadata {
    name = "qdrant"
  }

  data_wo = {
    api_key = ephemeral.hikube_qdrant_credentials.search.api_key
  }
  data_wo_revision = 1
}
