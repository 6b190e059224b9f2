"""Splitting a text into parts: lossless, exact in count, and cut where the text has a boundary."""

from calculus.rlm.splitting.boundaries import BOUNDARIES, Boundary, boundary
from calculus.rlm.splitting.measures import MEASURES, Measure, measure
from calculus.rlm.splitting.split import chunks, split

__all__ = ["BOUNDARIES", "MEASURES", "Boundary", "Measure", "boundary", "chunks", "measure", "split"]
