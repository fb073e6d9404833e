"""Direct preference optimization and its relatives, on the blocks of a GGUF file."""
