"""Properties of the Relational Machine Calculus."""
