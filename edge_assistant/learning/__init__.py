"""Small online statistical learners: when to speak, what to say, how often, in which style."""
