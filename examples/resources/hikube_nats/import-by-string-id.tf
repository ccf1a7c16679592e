import {
  to = hikube_nats.bus
  id = "tenant-acme/bus"
}
