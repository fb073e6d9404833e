"""When to speak: receptivity, frequency, the value of waiting, hard limits."""
