data "hikube_vpn" "office" {
  name = "office"
}

output "vpn_address" {
  value = data.hikube_vpn.office.external_host
}
