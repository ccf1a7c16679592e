resource "hikube_kubernetes" "main" {
  name    = "main"
  version = "v1.33"

  node_groups = {
    web = {
      min_replicas  = 2
      max_replicas  = 6
      instance_type = "s1.large"
      disk_size     = "50Gi"
      roles         = ["ingress-nginx"]
    }
    batch = {
      max_replicas  = 10
      instance_type = "u1.xlarge"
      disk_size     = "100Gi"
    }
  }

  addons = {
    cert_manager = {
      enabled = true
    }
    ingress_nginx = {
      enabled = true
      hosts   = ["www.example.org", "api.example.org"]
      values_override = jsonencode({
        ingress-nginx = {
          controller = {
            config = {
              proxy-body-size = "20m"
            }
          }
        }
      })
    }
  }

  timeouts = {
    create = "1h"
  }
}
