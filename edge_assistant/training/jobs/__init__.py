"""Training jobs: when they run, as what process, and what they leave behind."""
