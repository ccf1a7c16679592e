variable "is_in_use" {
  description = "Whether the virtual machine is in use. It is stopped when this becomes false."
  type        = bool
  default     = true
}

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

# To stop the virtual machine by hand: terraform apply -invoke=action.hikube_vm_stop.batch
action "hikube_vm_stop" "batch" {
  config {
    vm_id        = hikube_vm.batch.id
    grace_period = "2m"
  }
}

resource "terraform_data" "use" {
  input = var.is_in_use

  lifecycle {
    action_trigger {
      events    = [after_update]
      condition = !var.is_in_use
      actions   = [action.hikube_vm_stop.batch]
    }
  }
}
