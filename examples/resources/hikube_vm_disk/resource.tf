# A disk with an image of the platform.
resource "hikube_vm_disk" "web" {
  name    = "web"
  storage = "40Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

# An empty disk on local storage.
resource "hikube_vm_disk" "scratch" {
  name          = "scratch"
  storage       = "200Gi"
  storage_class = "local"
}

# A disk in use is not deleted. The reference to the disk destroys the virtual
# machine first, and replace_triggered_by replaces it together with the disk.
resource "hikube_vm" "web" {
  name  = "web"
  disks = [{ name = hikube_vm_disk.web.name }]

  lifecycle {
    replace_triggered_by = [hikube_vm_disk.web]
  }
}
