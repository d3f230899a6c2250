"""Reads shaped for a screen: what the desk, the citizen's page and the program door show, without a query per row."""

from enquiries.queries.rights import is_supervisor_of

__all__ = ["is_supervisor_of"]
