"""The house as a program: the command line, the embedded database, the demo town."""
