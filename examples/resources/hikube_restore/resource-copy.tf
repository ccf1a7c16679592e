# Restores a backup into a copy beside the original, on platform 1.5 or later.
resource "hikube_postgres" "copy" {
  name = "shop-copy"

  backup = {
    enabled           = true
    use_system_bucket = true
  }
}

resource "hikube_restore" "copy" {
  name = "shop-copy"

  backup = {
    name = "shop-2026-03-01"
  }

  target = {
    kind = "Postgres"
    name = "shop-copy"
  }

  # The copy must be there, and be ready, before the backup is restored into it.
  depends_on = [hikube_postgres.copy]
}
