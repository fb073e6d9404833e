"""What the screens and the linear mode share, without drawing: the way to the core, what it said, and the words."""
