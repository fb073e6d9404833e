"""What people say of proposals at a computer: annotated rows, and how well our learners foretell them.

The rows are those of ProactiveBench: what a person was doing, what an assistant proposed (or that it kept silent), and
what three annotators held of it.
"""
