"""The suggestion sources that come with the package, one file each."""
