"""A proactive assistant that lives on one ordinary computer and learns one person's taste."""
