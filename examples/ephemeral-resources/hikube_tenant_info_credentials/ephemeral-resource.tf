ephemeral "hikube_tenant_info_credentials" "acme" {
  namespace = "tenant-acme"
}

# Another configuration of this provider, for the tenant `acme`.
provider "hikube" {
  alias     = "acme"
  namespace = "tenant-acme"
  token     = ephemeral.hikube_tenant_info_credentials.acme.token
}
