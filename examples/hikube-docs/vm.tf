resource "hikube_vm_disk" "app" {
  name    = var.vm_name
  storage = "50Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

resource "hikube_vm" "app" {
  name          = var.vm_name
  instance_type = "u1.xlarge"

  disks = [
    { name = hikube_vm_disk.app.name },
  ]

  external       = true
  external_ports = [22, 80, 443]

  ssh_keys = [var.ssh_public_key]

  cloud_init = <<-EOT
    #cloud-config
    users:
      - name: ubuntu
        shell: /bin/bash
        sudo: ALL=(ALL) NOPASSWD:ALL
        ssh_authorized_keys:
          - ${var.ssh_public_key}
    package_update: true
    packages: [curl, wget, git, docker.io]
    runcmd:
      - systemctl enable --now docker
      - usermod -aG docker ubuntu
  EOT
}
