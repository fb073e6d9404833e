"""The screen that shows everything that is kept."""
