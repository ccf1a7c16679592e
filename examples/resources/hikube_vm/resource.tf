variable "ssh_public_key" {
  description = "SSH public key for logins."
  type        = string
}

resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

resource "hikube_vm" "web" {
  name          = "web"
  instance_type = "u1.large"

  disks = [
    { name = hikube_vm_disk.web.name },
  ]

  external       = true
  external_ports = [22, 443]

  ssh_keys = [var.ssh_public_key]

  cloud_init = <<-EOT
    #cloud-config
    packages:
      - nginx
  EOT
}
