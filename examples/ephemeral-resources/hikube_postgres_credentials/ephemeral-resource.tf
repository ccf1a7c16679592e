resource "hikube_postgres" "main" {
  name     = "main"
  external = true

  users     = { app = {} }
  databases = { shop = { roles = { admin = ["app"] } } }

  # Keep the passwords out of the state.
  store_credentials = false
}

ephemeral "hikube_postgres_credentials" "main" {
  id = hikube_postgres.main.id
}

# The provider cyrilgdn/postgresql.
provider "postgresql" {
  host     = ephemeral.hikube_postgres_credentials.main.external_host
  port     = ephemeral.hikube_postgres_credentials.main.port
  username = "app"
  password = ephemeral.hikube_postgres_credentials.main.credentials["app"].password
}
