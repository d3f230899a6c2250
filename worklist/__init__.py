"""A ledger beneath the service: whatever is to be done later is a row with a due time, claimed under a lease."""
