resource "hikube_postgres" "main" {
  name     = "main"
  external = true

  users     = { app = {} }
  databases = { shop = { roles = { admin = ["app"] } } }

  # Nobody who reads the state shall read the passwords.
  store_credentials = false
}

ephemeral "hikube_postgres_credentials" "main" {
  id = hikube_postgres.main.id
}

# The provider `cyrilgdn/postgresql`: name it in `required_providers` with that source.
provider "postgresql" {
  host     = ephemeral.hikube_postgres_credentials.main.external_host
  port     = ephemeral.hikube_postgres_credentials.main.port
  username = "app"
  password = ephemeral.hikube_postgres_credentials.main.credentials["app"].password
}
