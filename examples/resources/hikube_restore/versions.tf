terraform {
  required_providers {
    hikube = {
      source = "hikube/hikube"
    }
  }
}
