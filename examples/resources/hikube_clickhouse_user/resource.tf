resource "hikube_clickhouse" "logs" {
  name = "logs"
}

resource "hikube_clickhouse_user" "reader" {
  clickhouse_id = hikube_clickhouse.logs.id
  name          = "reader"
  readonly      = true
}
