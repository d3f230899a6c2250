"""The public site: where citizens ask, and follow what became of it. Works without JavaScript."""
