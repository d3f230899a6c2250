"""The door for programs: each view checks, calls one function, and answers."""
