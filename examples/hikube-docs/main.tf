# The example for kubectl_manifest in the Hikube documentation, converted to this provider. It omits
# the platform's defaults: two replicas of the control plane and of the database, and `replicated`
# storage for disks and nodes.

terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}

provider "hikube" {
  namespace = var.namespace
}
