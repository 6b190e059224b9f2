"""A normal form of expressions and trees in which exp and ln cancel, and what is proved of it."""
