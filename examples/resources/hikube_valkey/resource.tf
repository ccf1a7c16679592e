resource "hikube_valkey" "cache" {
  name             = "cache"
  replicas         = 3
  resources_preset = "small"
  size             = "2Gi"
  storage_class    = "local"
  version          = "v7"
}
