data "hikube_vm_disk" "web" {
  name = "web"
}

output "disk_size" {
  value = data.hikube_vm_disk.web.storage
}
