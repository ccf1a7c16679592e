# tenant-acme-dev
output "namespace" {
  value = provider::hikube::tenant_namespace("tenant-acme", "dev")
}
