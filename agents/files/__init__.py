"""Files on the desk: shown as what they are, in words where they cannot be shown, and put into replies."""
