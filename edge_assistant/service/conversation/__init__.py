"""Questions, remarks and the first start."""
