data "hikube_postgres" "main" {
  name = "main"
}

# Effective values: also those that nobody configured.
output "postgres_version" {
  value = data.hikube_postgres.main.version
}
