variable "ssh_keys" {
  description = "SSH public keys for logins."
  type        = list(string)
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
  name     = "web"
  disks    = [{ name = hikube_vm_disk.web.name }]
  ssh_keys = var.ssh_keys

  # With another seed, cloud-init runs again at the next boot and installs the keys.
  cloud_init_seed = md5(join("\n", var.ssh_keys))
}

action "hikube_vm_restart" "web" {
  config {
    vm_id = hikube_vm.web.id
  }
}

# Restarts the virtual machine after `ssh_keys` changed, and not after other changes.
resource "terraform_data" "ssh_keys" {
  input = hikube_vm.web.ssh_keys

  lifecycle {
    action_trigger {
      events  = [after_update]
      actions = [action.hikube_vm_restart.web]
    }
  }
}
