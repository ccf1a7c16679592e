resource "hikube_http_cache" "assets" {
  name          = "assets"
  external      = true
  size          = "50Gi"
  storage_class = "local"
  endpoints     = ["10.0.0.10:8080", "10.0.0.11:8080"]

  nginx = {
    replicas         = 3
    resources_preset = "small"
  }
}
