terraform import hikube_clickhouse_user.reader tenant-acme/logs/reader
