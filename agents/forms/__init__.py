"""What people send from the desk, checked before any service is called."""
