"""The command line: one file per command, which parses, calls the verb of its name, and prints."""
