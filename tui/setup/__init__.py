"""The first start: a short setup that can be skipped."""
