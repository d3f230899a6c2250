"""The room of listening: what was overheard, what stands around a post, and what is hidden under ours."""
