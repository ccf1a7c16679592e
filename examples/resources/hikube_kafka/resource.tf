resource "hikube_kafka" "events" {
  name = "events"

  kafka = {
    resources_preset = "xlarge"
    size             = "50Gi"
  }

  zookeeper = {
    resources_preset = "nano"
    size             = "10Gi"
  }

  topics = [
    {
      name       = "orders"
      partitions = 6
      replicas   = 3
      config     = jsonencode({ "retention.ms" = "604800000" })
    },
    {
      name       = "invoices"
      partitions = 1
      replicas   = 3
    },
  ]
}
