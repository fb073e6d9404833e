"""SQLite, its migrations, and private folders."""
