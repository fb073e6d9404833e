"""The sources of the moment, one file each. A file registers its source in `CONTEXT_SOURCES`; nothing else names it."""
