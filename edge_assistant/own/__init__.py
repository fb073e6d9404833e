"""The person's own things: todos, goals, habits and reminders, how they are told, kept, and read from files."""
