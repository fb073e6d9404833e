"""The language model in a process of its own."""
