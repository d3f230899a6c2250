"""What happens on platforms beside messages to us: posts that go, talk around them, words we hide or overhear."""
