"""The loop: the only tick and the only answer, for a person's service and a simulated life alike."""
