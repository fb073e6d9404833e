"""How the task adapter that comes with the program was made: its examples, the training, and the check."""
