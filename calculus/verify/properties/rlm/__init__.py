"""Properties of λ-RLM and of its implementation."""
