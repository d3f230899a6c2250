"""Photographs the main pages of the demo for the README and the documents: `python -m tests.pictures`."""
