"""Training with PyTorch, on a GPU if there is one: the architecture, the initial logits, the schedule and the
loss of the compiled kernel, many starts at once, gradients by automatic differentiation.

The noise comes from another generator than the kernel's, so a start need not end alike.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from calculus.eml.regression import jit
from calculus.eml.regression.architecture import Shape, initial, schedule
from calculus.eml.regression.training import CLOSE, History, Problem, Start
from calculus.source.diagnostic import Diagnostic, UsageProblem

TOGETHER = 64
"""Starts that are trained at once."""


def torch_module() -> Any:
    """The module, or `UsageProblem` with what installs it."""
    try:
        import torch
    except ImportError:
        hint = "install it with: pip install 'calculus[torch]'"
        raise UsageProblem(Diagnostic("usage", "the package torch is not installed", help=hint)) from None
    return torch


def train_all(
    problem: Problem, restarts: int, stop: Callable[[], bool], device: str | None = None
) -> Iterator[Start]:
    """The starts 0, 1, … in order. The device is the GPU if there is one. Raises `UsageProblem` without
    torch."""
    torch = torch_module()
    where = torch.device(device or ("cuda" if torch.cuda.is_available() else "cpu"))
    for first in range(0, restarts, TOGETHER):
        yield from _train(torch, where, problem, range(first, min(first + TOGETHER, restarts)), stop)
        if stop():
            return


def soft_values(torch: Any, weights: Any, points: Any, shape: Shape) -> Any:
    """The values [S, P] at the root of S soft trees with the weights [S, 2n, C], at points[V, P]."""
    below = None
    for level in range(shape.depth - 1, -1, -1):
        inputs = weights[:, 2 * (2**level - 1) : 2 * (2 ** (level + 1) - 1)]
        leaves = inputs[:, :, :1] + inputs[:, :, 1 : shape.subtree] @ points
        mixed = leaves.to(torch.complex128)
        if below is not None:
            mixed = mixed + inputs[:, :, shape.subtree :] * below
        left, right = mixed[:, 0::2], mixed[:, 1::2]
        # As in the kernel: the exponential is bounded, its gradient is not cut.
        over = (left.real.clamp(max=jit.HIGH) - left.real).detach()
        # Bounded below: what is added is 0 but for a modulus that is too small.
        size = right.abs().detach()
        short = torch.where(size < jit.SMALL, jit.SMALL, 0.0)
        below = torch.exp(left + over) - torch.log(torch.where(size < jit.SMALL, right + short, right))
    assert below is not None
    return below[:, 0]


def soft_weights(torch: Any, logits: Any, tau: float, shape: Shape) -> Any:
    """The weights of all inputs; the lowest have no subtree."""
    absent = torch.zeros_like(logits[0])
    absent[shape.inner :, shape.subtree] = -torch.inf
    return torch.softmax(logits / tau + absent, dim=-1)


def loss_of(torch: Any, value: Any, target: Any, scale: float) -> Any:
    """The loss [S] of values [S, P]."""
    off = value - target
    return torch.log1p((off.real**2 + off.imag**2) / scale**2).mean(dim=-1)


def _train(
    torch: Any, where: Any, problem: Problem, numbers: range, stop: Callable[[], bool]
) -> Iterator[Start]:
    shape = problem.shape
    points = torch.as_tensor(problem.points, device=where)
    target = torch.as_tensor(problem.target, device=where)
    first = np.stack([initial(shape, problem.seed, number) for number in numbers])
    logits = torch.as_tensor(first, device=where).requires_grad_()
    noise = torch.Generator(device=where)
    noise.manual_seed(problem.seed * 1_000_003 + numbers[0])
    adam = torch.optim.Adam([logits], betas=(0.9, 0.99))
    reached = np.full(len(numbers), -1)
    kept = logits.detach().clone()
    history: list[tuple[int, Any, Any]] = []
    done = 0
    for step, (rate, tau, entropy, shake) in enumerate(schedule(problem.iterations).tolist()):
        if step % jit.LOOK == 0:
            with torch.no_grad():
                hard = _snapped(torch, logits, shape)
                snapped = loss_of(torch, soft_values(torch, hard, points, shape), target, problem.scale)
            snapped = snapped.cpu().numpy()
            new = (snapped <= CLOSE) & (reached < 0)
            kept[new] = logits.detach()[new]
            reached[new] = step
        noisy = logits + shake * torch.randn(logits.shape, generator=noise, device=where, dtype=logits.dtype)
        weights = soft_weights(torch, noisy, tau, shape)
        loss = loss_of(torch, soft_values(torch, weights, points, shape), target, problem.scale)
        if step % jit.LOOK == 0:
            history.append((step, loss.detach().cpu().numpy(), snapped))
        spread = -(weights * torch.log(weights.clamp(min=1e-300))).sum(dim=-1).mean(dim=-1)
        adam.zero_grad()
        (loss + entropy * spread).sum().backward()
        _tame(torch, logits)
        adam.param_groups[0]["lr"] = rate
        adam.step()
        done = step + 1
        if np.all(reached >= 0) or (done % 250 == 0 and stop()):
            break
    final = torch.where(torch.as_tensor(reached >= 0, device=where)[:, None, None], kept, logits.detach())
    found = final.cpu().numpy()
    for i, number in enumerate(numbers):
        last = reached[i] if reached[i] >= 0 else done
        rows = [(step, soft[i], hard[i]) for step, soft, hard in history if step <= last]
        steps, soft, hard = ([row[j] for row in rows] for j in range(3))
        yield Start(
            number,
            found[i],
            bool(reached[i] >= 0),
            History(steps, [float(v) for v in soft], [float(v) for v in hard]),
            bool(reached[i] >= 0) or done == problem.iterations,
        )


def _snapped(torch: Any, logits: Any, shape: Shape) -> Any:
    allowed = logits.detach().clone()
    allowed[:, shape.inner :, shape.subtree] = -torch.inf
    return torch.nn.functional.one_hot(allowed.argmax(dim=-1), shape.columns).to(logits.dtype)


def _tame(torch: Any, logits: Any) -> None:
    """Gradients of every start are cut to length 1; those that are no numbers become 0."""
    gradient = torch.nan_to_num(logits.grad, nan=0.0, posinf=0.0, neginf=0.0)
    length = gradient.flatten(1).norm(dim=1).clamp(min=1.0)
    logits.grad = gradient / length[:, None, None]
