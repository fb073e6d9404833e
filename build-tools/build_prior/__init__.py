"""How the packaged priors were made: ratings of other lives, collected, fitted, pooled; and whether they are fresh."""
