terraform import hikube_rabbitmq_vhost.orders tenant-acme/queue/orders
