data "hikube_monitoring" "acme" {
  namespace = "tenant-acme"
}

output "metrics_storages" {
  value = data.hikube_monitoring.acme.metrics_storages[*].name
}
