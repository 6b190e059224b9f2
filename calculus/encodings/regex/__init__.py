"""Regular expressions in Python's syntax: their letters, their reader, their translation into the RMC."""
