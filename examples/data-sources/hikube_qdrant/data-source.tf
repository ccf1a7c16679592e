data "hikube_qdrant" "search" {
  name = "search"
}

output "qdrant_url" {
  value = "http://${data.hikube_qdrant.search.host}:${data.hikube_qdrant.search.port}"
}
