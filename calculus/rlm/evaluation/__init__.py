"""Evaluation of programs: machines that wait for answers, without any input or output of its own."""

from calculus.rlm.evaluation.evaluation import Evaluation
from calculus.rlm.evaluation.result import Coverage, Stopped

__all__ = ["Coverage", "Evaluation", "Stopped"]
