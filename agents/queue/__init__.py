"""The list: what it can be filtered by, kept filters, and a row as it is shown."""
