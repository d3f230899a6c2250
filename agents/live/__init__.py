"""What keeps a page that is left open true: its pulse, and who else is there."""
