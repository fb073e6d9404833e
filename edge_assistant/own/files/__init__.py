"""Own things that stand in the person's files: todo.txt, tasks of calendars, boxes in notes. They are only read."""
