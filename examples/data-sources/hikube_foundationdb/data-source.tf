data "hikube_foundationdb" "ledger" {
  name = "ledger"
}

output "foundationdb_version" {
  value = data.hikube_foundationdb.ledger.cluster.version
}
