resource "hikube_kubernetes" "main" {
  name    = "main"
  version = "v1.33"
}

resource "hikube_kubernetes_node_pool" "web" {
  kubernetes_id = hikube_kubernetes.main.id
  name          = "web"
  min_replicas  = 2
  max_replicas  = 6
  instance_type = "s1.large"
  disk_size     = "50Gi"
  roles         = ["ingress-nginx"]
}
