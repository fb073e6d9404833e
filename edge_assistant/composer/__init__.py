"""How it is said: styles, prompts, sentences and their checks."""
