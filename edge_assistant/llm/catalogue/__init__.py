"""Language models that suit a laptop: which there are, how they get here, and which are in the models folder."""
