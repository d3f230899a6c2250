"""Enquiries to learn on: they come in, are answered, approved and reviewed like real ones, and reach nobody."""
