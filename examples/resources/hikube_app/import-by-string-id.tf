import {
  to = hikube_app.workers
  id = "tenant-acme/ComputePlane/computeplane"
}
