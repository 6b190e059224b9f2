"""Properties of EML and of its implementation."""
