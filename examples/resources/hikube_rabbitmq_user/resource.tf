resource "hikube_rabbitmq" "queue" {
  name = "queue"
}

resource "hikube_rabbitmq_user" "app" {
  rabbitmq_id = hikube_rabbitmq.queue.id
  name        = "app"
}

resource "hikube_rabbitmq_vhost" "orders" {
  rabbitmq_id = hikube_rabbitmq.queue.id
  name        = "orders"
  roles = {
    admin = [hikube_rabbitmq_user.app.name]
  }
}
