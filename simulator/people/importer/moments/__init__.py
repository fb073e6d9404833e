"""When a word may come and when not, out of prose."""
