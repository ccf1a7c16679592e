resource "hikube_openbao" "vault" {
  name             = "vault"
  resources_preset = "medium"
  size             = "20Gi"
  storage_class    = "replicated"
  ui               = false
}
