"""The first screen: what happens now, and the suggestions."""
