data "hikube_ingress" "acme" {
  namespace = "tenant-acme"
}

output "ingress_replicas" {
  value = data.hikube_ingress.acme.replicas
}
