resource "hikube_tenant" "acme" {
  name       = "acme"
  monitoring = true
}

resource "hikube_monitoring" "acme" {
  namespace = hikube_tenant.acme.status_namespace
  host      = "grafana.example.com"

  metrics_storages = [
    {
      name                   = "shortterm"
      retention_period       = "7d"
      deduplication_interval = "15s"
      storage                = "50Gi"
    },
  ]

  logs_storages = [
    {
      name             = "generic"
      retention_period = "30d"
      storage          = "100Gi"
    },
  ]

  grafana = {
    db = {
      size = "20Gi"
    }
  }
}
