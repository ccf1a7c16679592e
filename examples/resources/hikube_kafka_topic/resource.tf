resource "hikube_kafka" "events" {
  name = "events"
}

resource "hikube_kafka_topic" "orders" {
  kafka_id   = hikube_kafka.events.id
  name       = "orders"
  partitions = 6
  replicas   = 3
  config     = jsonencode({ "retention.ms" = "604800000" })
}
