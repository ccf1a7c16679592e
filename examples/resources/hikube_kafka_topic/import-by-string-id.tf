import {
  to = hikube_kafka_topic.orders
  id = "tenant-acme/events/orders"
}
