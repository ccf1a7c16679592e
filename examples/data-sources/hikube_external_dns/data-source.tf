data "hikube_external_dns" "records" {
  name = "records"
}

output "dns_domains" {
  value = data.hikube_external_dns.records.domain_filters
}
