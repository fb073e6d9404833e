"""Who the simulated people are."""
