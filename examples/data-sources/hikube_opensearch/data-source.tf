data "hikube_opensearch" "logs" {
  name = "logs"
}

output "opensearch_url" {
  value = "https://${data.hikube_opensearch.logs.host}:${data.hikube_opensearch.logs.port}"
}
