"""How a person wants to be spoken to, and of what not, out of prose."""
