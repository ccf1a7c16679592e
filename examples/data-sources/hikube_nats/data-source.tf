data "hikube_nats" "bus" {
  name = "bus"
}

output "nats_host" {
  value = data.hikube_nats.bus.host
}
