import {
  to = hikube_ingress.acme
  id = "tenant-acme/ingress"
}
