"""Where the assistant gets its view of the moment: small sources, each optional and each failing alone, and a hub."""
