"""Calendar files: bytes into components, components into events, events into appointments of a span of days."""
