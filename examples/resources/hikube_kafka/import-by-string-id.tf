import {
  to = hikube_kafka.events
  id = "tenant-acme/events"
}
