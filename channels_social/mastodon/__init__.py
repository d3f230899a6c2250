"""Mastodon as a channel."""
