variable "namespace" {
  description = "Namespace of the tenant. Null uses the namespace of the kubeconfig's context."
  type        = string
  default     = null
}

variable "cluster_name" {
  description = "Name of the Kubernetes cluster."
  type        = string
  default     = "terraform-cluster"
}

variable "vm_name" {
  description = "Name of the virtual machine and of its disk."
  type        = string
  default     = "terraform-vm"
}

variable "ssh_public_key" {
  description = "SSH public key for logins."
  type        = string
}

variable "postgres_password" {
  description = "Password of the database user `admin`."
  type        = string
  sensitive   = true
}
