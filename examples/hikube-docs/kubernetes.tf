resource "hikube_kubernetes" "main" {
  name = var.cluster_name

  node_groups = {
    general = {
      min_replicas  = 1
      max_replicas  = 5
      instance_type = "s1.large"
      disk_size     = "50Gi"
      roles         = ["ingress-nginx"]
    }
  }

  addons = {
    cert_manager = {
      enabled = true
    }
    ingress_nginx = {
      enabled = true
      hosts   = ["${var.cluster_name}.example.com"]
    }
  }
}
