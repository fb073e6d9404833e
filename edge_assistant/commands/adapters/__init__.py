"""The command `adapters`: show, train, move and check the adapters of a person."""
