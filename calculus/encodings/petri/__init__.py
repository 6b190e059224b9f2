"""Petri nets: place/transition nets with weights, translated into the RMC."""
