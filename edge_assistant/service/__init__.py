"""The process of a person's assistant."""
