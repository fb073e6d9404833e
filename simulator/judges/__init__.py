"""Judges other than the rubric."""
