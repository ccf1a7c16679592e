data "hikube_vm" "web" {
  name = "web"
}

output "web_is_ready" {
  value = data.hikube_vm.web.ready
}
