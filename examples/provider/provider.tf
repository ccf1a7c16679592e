terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}

# The kubeconfig from the Hikube console.
provider "hikube" {
  kubeconfig_path = "~/.kube/hikube.yaml"
  namespace       = "tenant-acme"
}
