"""How staff come in: local accounts, the second lock, single sign-on, and what happens when a session ends."""
