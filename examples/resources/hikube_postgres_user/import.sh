terraform import hikube_postgres_user.app tenant-acme/main/app
