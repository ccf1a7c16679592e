# A kind that this version of the provider has no resource for.
resource "hikube_app" "workers" {
  kind = "ComputePlane"
  name = "computeplane"

  # Names and values as in the API.
  spec = {
    nodeGroups = {
      general = {
        instanceType = "u1.medium"
        diskSize     = "20Gi"
        minReplicas  = 1
        maxReplicas  = 5
      }
    }
  }
}
