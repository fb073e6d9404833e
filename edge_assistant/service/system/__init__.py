"""What the operating system gives: the session's variables, notifications, units that start a service."""
