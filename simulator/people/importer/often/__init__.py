"""How often a person wants to hear something, out of prose."""
