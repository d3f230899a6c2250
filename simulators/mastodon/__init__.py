"""A Mastodon server with the account of a city."""
