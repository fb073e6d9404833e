"""What to say: ideas and other suggestion sources, and the learned preference among them."""
