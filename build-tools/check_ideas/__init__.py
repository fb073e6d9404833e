"""A check of the packaged ideas and their sentences, for whoever writes them."""
