"""What every channel promises, tried on every channel: see rigs.py for how a channel joins."""
