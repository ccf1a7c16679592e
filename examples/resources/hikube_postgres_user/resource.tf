resource "hikube_postgres" "main" {
  name = "main"
}

resource "hikube_postgres_user" "app" {
  postgres_id = hikube_postgres.main.id
  name        = "app"
}

# The password is generated and not stored in the state with `store_credentials = false`.
output "app_uri" {
  value     = hikube_postgres_user.app.credentials.uri
  sensitive = true
}
