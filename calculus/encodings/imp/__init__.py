"""The imperative language `imp`: its syntax, the names in it, its translation into the FMC."""
