# The configuration that Hikube's documentation gives for kubectl_manifest, written for this
# provider. What the platform does anyway is left out: two copies of the control plane, two
# replicas of the database, `replicated` storage for disks and nodes.

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
