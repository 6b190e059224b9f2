"""Properties of the Functional Machine Calculus."""
