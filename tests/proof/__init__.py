"""What the service promises, tried by force."""
