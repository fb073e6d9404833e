"""A simulated person at home, in which the learning of an assistant is measured."""
