"""Preference pairs: making, keeping and batching them."""
