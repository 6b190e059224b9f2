"""The relational machine: the same stacks, with unification, choice and iteration."""
