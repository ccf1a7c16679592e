resource "hikube_vm_disk" "batch" {
  name    = "batch"
  storage = "40Gi"

  source = {
    image = {
      name = "ubuntu-2404"
    }
  }
}

resource "hikube_vm" "batch" {
  name         = "batch"
  disks        = [{ name = hikube_vm_disk.batch.name }]
  run_strategy = "Manual"
}

# To start the virtual machine again later: terraform apply -invoke=action.hikube_vm_start.batch
action "hikube_vm_start" "batch" {
  config {
    vm_id   = hikube_vm.batch.id
    timeout = "10m"
  }
}

# Starts the virtual machine once it is created.
resource "terraform_data" "first_start" {
  input = hikube_vm.batch.id

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.hikube_vm_start.batch]
    }
  }
}
