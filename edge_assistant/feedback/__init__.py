"""What a person tells: reactions, stated likes, and how to take them back."""
