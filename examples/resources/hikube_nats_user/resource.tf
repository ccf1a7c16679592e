resource "hikube_nats" "bus" {
  name = "bus"
}

resource "hikube_nats_user" "app" {
  nats_id = hikube_nats.bus.id
  name    = "app"
}
