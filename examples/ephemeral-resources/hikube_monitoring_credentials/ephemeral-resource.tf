resource "hikube_monitoring" "acme" {
  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_monitoring_credentials" "acme" {
  id = hikube_monitoring.acme.id
}

# The provider grafana/grafana.
provider "grafana" {
  url  = "https://grafana.acme.example.com"
  auth = "admin:${ephemeral.hikube_monitoring_credentials.acme.grafana_password}"
}
