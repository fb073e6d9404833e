"""Settings of a running service: the file that they are written to, and how speech follows them."""
