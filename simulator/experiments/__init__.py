"""Experiments: many policies on the same personas, days and seeds, held against each other in pairs."""
