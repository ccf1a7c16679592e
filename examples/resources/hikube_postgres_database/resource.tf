resource "hikube_postgres" "main" {
  name = "main"
}

resource "hikube_postgres_database" "analytics" {
  postgres_id = hikube_postgres.main.id
  name        = "analytics"
  extensions  = ["pgcrypto"]
  roles = {
    admin = [hikube_postgres_user.app.name]
  }
}

resource "hikube_postgres_user" "app" {
  postgres_id = hikube_postgres.main.id
  name        = "app"
}
