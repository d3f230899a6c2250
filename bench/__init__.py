"""Measures what the service bears on this machine, beside the bare tools it is made of; nothing here runs in service."""
