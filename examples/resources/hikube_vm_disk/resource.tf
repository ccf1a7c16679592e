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
