"""The first-order κ-calculus, translated into the RMC."""
