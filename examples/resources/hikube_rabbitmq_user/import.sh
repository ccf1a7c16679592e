terraform import hikube_rabbitmq_user.app tenant-acme/queue/app
