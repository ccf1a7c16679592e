data "hikube_postgres" "main" {
  name = "main"
}

# The version in use, even if it is not configured.
output "postgres_version" {
  value = data.hikube_postgres.main.version
}
