"""What goes out, at most once: letters, the posting itself, its deadlines and outcomes, and what is heard of it later."""
