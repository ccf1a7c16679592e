resource "hikube_redis" "cache" {
  name = "cache"

  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_redis_credentials" "cache" {
  id = hikube_redis.cache.id
}

# A Secret in a Kubernetes cluster, with the provider hashicorp/kubernetes.
resource "kubernetes_secret_v1" "redis" {
  metadata {
    name = "redis"
  }

  data_wo = {
    url = ephemeral.hikube_redis_credentials.cache.uri
  }
  data_wo_revision = 1
}
