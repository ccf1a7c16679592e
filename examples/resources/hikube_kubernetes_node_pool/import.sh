terraform import hikube_kubernetes_node_pool.web tenant-acme/main/web
