"""The linear mode: the same assistant line by line, without colour and without moving the cursor."""
