"""What the pages of trust stand on: the board, after-checks and buddies."""
