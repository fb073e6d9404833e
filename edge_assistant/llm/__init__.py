"""Language models behind one protocol: the llama.cpp engine, and a deterministic stand-in for tests.

Importing this package loads nothing heavy; `engine.LlamaEngine.open` loads llama.cpp when it is called.
"""
