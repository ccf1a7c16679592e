import {
  to = hikube_postgres.main
  id = "tenant-acme/main"
}
