"""When a person wakes, what they do and when, and who they are, out of prose."""
