"""The X channel: mentions in, replies in the thread out."""
