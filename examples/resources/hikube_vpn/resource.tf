resource "hikube_vpn" "office" {
  name             = "office"
  host             = "vpn.example.com"
  replicas         = 3
  resources_preset = "small"

  users = {
    # The platform generates passwords.
    alice = {}
    bob   = {}
  }
}
