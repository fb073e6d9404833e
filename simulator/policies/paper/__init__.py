"""ProPerSim's assistant (arXiv 2509.21730) rebuilt on a small local model: memory, two candidates, nightly DPO."""
