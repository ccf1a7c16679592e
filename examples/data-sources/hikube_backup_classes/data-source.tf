# The classes that back up PostgreSQL databases.
data "hikube_backup_classes" "postgres" {
  kind = "Postgres"
}

output "classes" {
  value = data.hikube_backup_classes.postgres.classes[*].name
}
