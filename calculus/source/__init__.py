"""Source text, spans, diagnostics and grammar loading; uses nothing else of the project."""
