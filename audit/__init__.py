"""A ledger beneath the service: what was done, by whom, to what, and when. Written once, never changed."""
