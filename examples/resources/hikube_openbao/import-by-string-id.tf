import {
  to = hikube_openbao.vault
  id = "tenant-acme/vault"
}
