terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}

# The file that the Hikube console offers for download.
provider "hikube" {
  kubeconfig_path = "~/.kube/hikube.yaml"
  namespace       = "tenant-acme"
}
