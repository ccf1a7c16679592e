import {
  to = hikube_postgres_user.app
  id = "tenant-acme/main/app"
}
