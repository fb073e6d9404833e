"""Runs: lives with checkpoints, in parallel, and what is measured of them."""
