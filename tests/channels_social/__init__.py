"""X and Facebook: what they say, what we make of it, and that nothing secret gets out."""
