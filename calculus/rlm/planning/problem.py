"""What a planner says when it refuses."""

from calculus.source.diagnostic import CalculusError


class PlanProblem(CalculusError):
    """There is no plan: something does not fit, does not reach what was asked for, or cannot be bounded."""

    kind = "plan"
