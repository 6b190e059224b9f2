"""Each translation keeps what programs of its language do, as an engine of their own says."""
