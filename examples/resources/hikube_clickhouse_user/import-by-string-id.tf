import {
  to = hikube_clickhouse_user.reader
  id = "tenant-acme/logs/reader"
}
