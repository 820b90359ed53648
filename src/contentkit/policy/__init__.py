"""What policy documents say of themselves and of others; pure functions over texts."""
