resource "hikube_harbor" "images" {
  name = "images"

  # Keep the password out of the state.
  store_credentials = false
}

ephemeral "hikube_harbor_credentials" "images" {
  id = hikube_harbor.images.id
}

# The provider goharbor/harbor.
provider "harbor" {
  url      = ephemeral.hikube_harbor_credentials.images.url
  username = ephemeral.hikube_harbor_credentials.images.admin_username
  password = ephemeral.hikube_harbor_credentials.images.admin_password
}
