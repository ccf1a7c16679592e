data "hikube_kubernetes" "main" {
  name = "main"
}

# Effective values: also those that nobody configured.
output "kubernetes_version" {
  value = data.hikube_kubernetes.main.version
}
