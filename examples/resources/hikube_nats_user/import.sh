terraform import hikube_nats_user.app tenant-acme/bus/app
