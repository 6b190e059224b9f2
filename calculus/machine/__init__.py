"""The abstract machine: instructions, reference machine, kernel, engine, effects, search, traces."""
