"""Interaction nets (Lafont 1990), translated into the RMC."""
