# Filled from an image of the platform.
resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

# Empty, on the storage of a single node.
resource "hikube_vm_disk" "scratch" {
  name          = "scratch"
  storage       = "200Gi"
  storage_class = "local"
}

# The machine refers to the disk, so that it is destroyed first, and it is
# replaced with the disk: a disk in use is not deleted.
resource "hikube_vm" "web" {
  name  = "web"
  disks = [{ name = hikube_vm_disk.web.name }]

  lifecycle {
    replace_triggered_by = [hikube_vm_disk.web]
  }
}
