data "hikube_tenant_info" "acme" {
  namespace = "tenant-acme"
}

output "kubeconfig" {
  value     = data.hikube_tenant_info.acme.kubeconfig
  sensitive = true
}
