"""The desk: the people who answer and approve, what each of them may see, and the pages they work on."""
