"""Adapters: preference pairs, training, versions, and jobs for idle hours."""
