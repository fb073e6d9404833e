"""Versions of an adapter: registry, promotion, export, import."""
