data "hikube_tenant" "staging" {
  name = "staging"
}

output "staging_namespace" {
  value = data.hikube_tenant.staging.status_namespace
}
