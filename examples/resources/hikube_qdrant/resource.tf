resource "hikube_qdrant" "search" {
  name          = "search"
  size          = "20Gi"
  storage_class = "replicated"

  resources = {
    cpu    = "1"
    memory = "2Gi"
  }
}
