resource "hikube_nats" "bus" {
  name  = "bus"
  users = { app = {} }

  # Keep the passwords out of the state.
  store_credentials = false
}

ephemeral "hikube_nats_credentials" "bus" {
  id = hikube_nats.bus.id
}

# A Secret in a Kubernetes cluster, with the provider hashicorp/kubernetes.
resource "kubernetes_secret_v1" "nats" {
  metadata {
    name = "nats"
  }

  data_wo = {
    url = ephemeral.hikube_nats_credentials.bus.credentials["app"].uri
  }
  data_wo_revision = 1
}
