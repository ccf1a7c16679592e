terraform import hikube_kafka_topic.orders tenant-acme/events/orders
