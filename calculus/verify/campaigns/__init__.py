"""Campaigns: all parts of the properties of a calculus, checked by workers, stopped and resumed."""
