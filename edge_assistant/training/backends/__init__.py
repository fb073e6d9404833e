"""Ways to train the same adapter: this machine's processor, Apple's mlx, unsloth on a CUDA card."""
