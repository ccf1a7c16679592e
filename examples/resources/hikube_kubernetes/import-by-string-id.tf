import {
  to = hikube_kubernetes.main
  id = "tenant-acme/main"
}
