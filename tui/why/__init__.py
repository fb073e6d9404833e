"""The screen that explains a suggestion."""
