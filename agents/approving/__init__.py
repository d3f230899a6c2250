"""What the pages of supervisors stand on: proposals, the policy in words, freezes and substitutes."""
