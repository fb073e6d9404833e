"""The language learns: pairs, training, versions, promotion, export, and the nights in which all of it happens."""
