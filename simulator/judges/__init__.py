"""Judges: who makes the feedback from what was spoken. Measures and oracle always use the rubric."""
