resource "hikube_mongodb" "shop" {
  name = "shop"

  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_mongodb_credentials" "shop" {
  id = hikube_mongodb.shop.id
}

# A Secret in a Kubernetes cluster, with the provider hashicorp/kubernetes.
resource "kubernetes_secret_v1" "mongodb" {
  metadata {
    name = "mongodb"
  }

  data_wo = {
    password = ephemeral.hikube_mongodb_credentials.shop.admin_password
  }
  data_wo_revision = 1
}
