import {
  to = hikube_qdrant.search
  id = "tenant-acme/search"
}
