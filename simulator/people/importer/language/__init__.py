"""Words, verbs, times of day and kinds of activity in English prose, and whether words wish or refuse."""
