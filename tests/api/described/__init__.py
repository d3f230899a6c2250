"""Tries every call against the description of the programs' door."""
