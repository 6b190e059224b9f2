"""Prolog: Horn clauses with integers, translated into the RMC."""
