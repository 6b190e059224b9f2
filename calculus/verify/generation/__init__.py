"""Subjects made from choices: terms, programs, memories and documents of each calculus.

A generator is a plain function of a `Choose` (of `calculus.verify.property`), which gives a number from 0 to
before a count, and of about how large the subject is to be. `random.Random(seed).randrange` drives it in a
campaign and Hypothesis in `calculus.verify.strategies`. Everywhere 0 is the simplest choice, and what is made
of zeros alone is the simplest subject, so that what Hypothesis shrinks to can be read.
"""
