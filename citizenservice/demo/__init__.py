"""The demo: a fictional city that can be tried without an account anywhere."""
