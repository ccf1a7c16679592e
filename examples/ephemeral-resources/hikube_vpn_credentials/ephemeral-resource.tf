resource "hikube_vpn" "office" {
  name  = "office"
  users = { alice = {} }

  # Keep the access keys out of the state.
  store_credentials = false
}

ephemeral "hikube_vpn_credentials" "office" {
  id = hikube_vpn.office.id
}

# The provider hashicorp/vault.
resource "vault_kv_secret_v2" "alice" {
  mount = "secret"
  name  = "vpn/alice"

  data_json_wo         = jsonencode({ url = ephemeral.hikube_vpn_credentials.office.credentials["alice"].url })
  data_json_wo_version = 1
}
