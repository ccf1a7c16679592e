data "hikube_kafka" "events" {
  name = "events"
}

output "bootstrap_servers" {
  value = data.hikube_kafka.events.bootstrap_servers
}
