resource "hikube_foundationdb" "ledger" {
  name             = "ledger"
  resources_preset = "large"

  cluster = {
    redundancy_mode = "triple"

    process_counts = {
      storage = 5
    }
  }

  storage = {
    size = "50Gi"
  }
}
