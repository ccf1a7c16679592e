import {
  to = hikube_nats_user.app
  id = "tenant-acme/bus/app"
}
