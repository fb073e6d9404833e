"""Who may speak: ours, and the baselines that every figure stands beside."""
