"""A person's assistant: one process that owns store, model and sources, and the clients that talk to it."""
