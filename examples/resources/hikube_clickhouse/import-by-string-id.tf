import {
  to = hikube_clickhouse.events
  id = "tenant-acme/events"
}
