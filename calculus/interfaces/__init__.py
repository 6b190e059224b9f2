"""The command line, the REPL and the displays. Nothing else in the package imports this."""
