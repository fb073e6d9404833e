"""What pleases and what does not, out of prose."""
