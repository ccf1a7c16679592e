import {
  to = hikube_kubernetes_node_pool.web
  id = "tenant-acme/main/web"
}
