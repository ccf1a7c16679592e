resource "hikube_vm_disk" "gpu" {
  name    = "gpu-vm"
  storage = "100Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

resource "hikube_vm" "gpu" {
  name          = "gpu-vm"
  instance_type = "u1.xlarge"

  disks = [
    { name = hikube_vm_disk.gpu.name },
  ]

  gpus = [
    { name = "nvidia.com/AD102GL_L40S" },
  ]

  external       = true
  external_ports = [22, 8888]

  ssh_keys = [var.ssh_public_key]

  # Installs the NVIDIA driver from the Ubuntu packages.
  cloud_init = <<-EOT
    #cloud-config
    users:
      - name: ubuntu
        shell: /bin/bash
        sudo: ALL=(ALL) NOPASSWD:ALL
        ssh_authorized_keys:
          - ${var.ssh_public_key}
    package_update: true
    packages: [build-essential, ubuntu-drivers-common, nvidia-cuda-toolkit]
    runcmd:
      - ubuntu-drivers install --gpgpu
      - reboot
  EOT
}
