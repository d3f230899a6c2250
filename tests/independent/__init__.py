"""Other people's clients of the platforms drive the simulators: what they and ours agree on is not ours alone."""
