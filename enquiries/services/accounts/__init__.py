"""The accounts we speak through: their tokens, their health, their rhythm and what they use."""
