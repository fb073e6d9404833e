"""Checks of the installation, each usable on its own; `edge-assistant doctor` runs and prints them."""
