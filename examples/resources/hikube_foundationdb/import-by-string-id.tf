import {
  to = hikube_foundationdb.ledger
  id = "tenant-acme/ledger"
}
