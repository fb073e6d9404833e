"""Answers that code gives from what is kept, without any model: right by construction, and the same each time."""
