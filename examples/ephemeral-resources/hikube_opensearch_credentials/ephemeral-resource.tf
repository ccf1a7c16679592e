resource "hikube_opensearch" "logs" {
  name     = "logs"
  external = true

  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_opensearch_credentials" "logs" {
  id = hikube_opensearch.logs.id
}

# The provider opensearch-project/opensearch.
provider "opensearch" {
  url      = "https://${ephemeral.hikube_opensearch_credentials.logs.external_host}:${ephemeral.hikube_opensearch_credentials.logs.port}"
  username = ephemeral.hikube_opensearch_credentials.logs.admin_username
  password = ephemeral.hikube_opensearch_credentials.logs.admin_password
  insecure = true
}
