import {
  to = hikube_postgres_database.analytics
  id = "tenant-acme/main/analytics"
}
