"""A day as the service keeps it: how long the person was up, and what is counted."""
