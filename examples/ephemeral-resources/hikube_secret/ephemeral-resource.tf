# The Secret of an application that this provider has no resource for.
ephemeral "hikube_secret" "cache" {
  namespace = "tenant-acme"
  name      = "redis-cache-auth"
}

provider "redis" {
  password = ephemeral.hikube_secret.cache.data["password"]
}
