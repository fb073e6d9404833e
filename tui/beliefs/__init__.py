"""The screen that shows what was learned."""
