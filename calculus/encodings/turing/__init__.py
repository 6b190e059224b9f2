"""Turing machines: the standard notation and a table, and their translation into the RMC."""
