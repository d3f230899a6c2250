"""Commands of the door for programs."""
