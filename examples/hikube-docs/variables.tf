variable "namespace" {
  description = "The namespace of your tenant. Null takes the one of the kubeconfig's context."
  type        = string
  default     = null
}

variable "cluster_name" {
  description = "The name of the Kubernetes cluster."
  type        = string
  default     = "terraform-cluster"
}

variable "vm_name" {
  description = "The name of the virtual machine and of its disk."
  type        = string
  default     = "terraform-vm"
}

variable "ssh_public_key" {
  description = "The SSH public key that may log in to the machines."
  type        = string
}

variable "postgres_password" {
  description = "The password of the database user `admin`."
  type        = string
  sensitive   = true
}
