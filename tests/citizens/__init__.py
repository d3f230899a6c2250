"""The public site, as citizens and machines use it."""
