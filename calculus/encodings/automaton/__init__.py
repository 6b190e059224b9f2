"""Finite automata: a text format, and their translation into the RMC."""
