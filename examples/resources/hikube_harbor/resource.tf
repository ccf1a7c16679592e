resource "hikube_harbor" "images" {
  name          = "images"
  host          = "images.example.com"
  storage_class = "replicated"

  core = {
    resources_preset = "medium"
  }

  trivy = {
    size = "10Gi"
  }

  database = {
    replicas = 3
    size     = "10Gi"
  }
}
