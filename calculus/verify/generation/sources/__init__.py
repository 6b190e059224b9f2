"""Programs of the languages that are translated into a calculus."""
