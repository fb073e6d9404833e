"""The screen that watches a simulation."""
