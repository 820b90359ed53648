"""What the platform accepts, as data: JSON Schemas and code lists."""
