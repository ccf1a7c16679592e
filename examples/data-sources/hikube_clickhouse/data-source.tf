data "hikube_clickhouse" "events" {
  name = "events"
}

output "clickhouse_shards" {
  value = data.hikube_clickhouse.events.shards
}
