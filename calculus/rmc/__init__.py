"""The Relational Machine Calculus: terms are relations between memories, and run both ways."""
