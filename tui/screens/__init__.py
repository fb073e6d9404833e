"""One folder a screen; its `__init__.py` registers it, see `tui.registry`."""
