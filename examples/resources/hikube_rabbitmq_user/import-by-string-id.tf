import {
  to = hikube_rabbitmq_user.app
  id = "tenant-acme/queue/app"
}
