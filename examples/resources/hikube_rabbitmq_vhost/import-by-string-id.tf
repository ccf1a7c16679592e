import {
  to = hikube_rabbitmq_vhost.orders
  id = "tenant-acme/queue/orders"
}
