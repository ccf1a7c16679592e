resource "hikube_vpc" "main" {
  name = "main"

  subnets = [
    {
      name = "app"
      cidr = "172.16.1.0/24"
    },
    {
      name = "data"
      cidr = "172.16.2.0/24"
    },
  ]
}

resource "hikube_vm_disk" "system" {
  name    = "system"
  storage = "20Gi"

  source = {
    image = {
      name = "ubuntu-24.04"
    }
  }
}

resource "hikube_vm" "app" {
  name  = "app"
  disks = [{ name = hikube_vm_disk.system.name }]

  networks = [
    {
      name = hikube_vpc.main.subnet_ids["app"]
    },
  ]
}
