terraform {
  required_version = ">= 1.14"

  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}
