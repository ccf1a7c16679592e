data "hikube_kubernetes" "main" {
  name = "main"
}

# The version in use, even if it is not configured.
output "kubernetes_version" {
  value = data.hikube_kubernetes.main.version
}
