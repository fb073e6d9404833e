"""What the parts cost on this machine: ways to do the same work, measured side by side; `edge-assistant bench`."""
