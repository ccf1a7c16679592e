variable "size" {
  type    = string
  default = "20Gi"

  validation {
    condition     = provider::hikube::quantity(var.size) >= provider::hikube::quantity("10Gi")
    error_message = "The size must be at least 10Gi."
  }
}

# 21474836480
output "bytes" {
  value = provider::hikube::quantity(var.size)
}

# 0.5
output "cores" {
  value = provider::hikube::quantity("500m")
}
