"""What the desk's templates say without thinking: icons, and time in words."""
