resource "hikube_clickhouse" "events" {
  name  = "events"
  users = { app = {} }

  # Keep the passwords out of the state.
  store_credentials = false
}

ephemeral "hikube_clickhouse_credentials" "events" {
  id = hikube_clickhouse.events.id
}

# The provider ClickHouse/clickhousedbops.
provider "clickhousedbops" {
  protocol = "native"
  host     = ephemeral.hikube_clickhouse_credentials.events.host
  port     = ephemeral.hikube_clickhouse_credentials.events.port

  auth_config = {
    strategy = "password"
    username = "app"
    password = ephemeral.hikube_clickhouse_credentials.events.credentials["app"].password
  }
}
