"""Finished runs side by side: paired differences, curves and tables, from their `summary.json`."""
