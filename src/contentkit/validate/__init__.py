"""JSON Schema, cross-field rules, assertions and gates."""
