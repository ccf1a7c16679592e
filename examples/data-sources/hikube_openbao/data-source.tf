data "hikube_openbao" "vault" {
  name = "vault"
}

output "openbao_url" {
  value = data.hikube_openbao.vault.url
}
