"""The task adapter: teaches a small packaged model our few narrow tasks, and nothing else."""
