"""Compiled training of soft EML trees: values, gradients and Adam. Imports numpy and Numba only.

A soft tree of depth d is a full binary tree of n = 2^d - 1 nodes eml(l, r) = exp(l) - ln(r) in heap order:
the inputs of node k are inputs 2k (left) and 2k + 1 (right), whose subtrees are the nodes 2k + 1 and 2k + 2.
An input is a mixture of the constant 1, the V variables and the subtree's value, with the weights softmax(z /
τ) of its row of `logits` (columns: 1, the variables, the subtree). The lowest nodes have no subtrees: their
last column stays out.

Values are complex128 in two real arrays. Gradients are those of a real function of complex values: with
G(u) = ∂ℓ/∂Re u + i ∂ℓ/∂Im u, G(u) = conj(f'(u)) G(w) for w = f(u) holomorphic, and for u = a·s with a real
weight a, ∂ℓ/∂a = Re(conj(s) G(u)).
"""

import math

import numpy as np
from numba import njit

HIGH = 60.0
"""exp is continued as a constant where the real part of its argument is larger; its gradient is not cut, so
that training leads back."""
SMALL = 1e-12
"""ln is that of this modulus where its argument is smaller."""
LOOK = 10
"""The snapped tree is evaluated every so many iterations."""
FAINT = 1e-9
"""A subtree that reaches the root with a smaller product of weights is not computed."""


@njit(cache=True, nogil=True, error_model="numpy")
def softmax(logits, tau, weights):  # type: ignore[no-untyped-def]
    """The weights of every input."""
    inputs, columns = logits.shape
    lowest = (inputs // 2 - 1) // 2
    for i in range(inputs):
        last = columns if i < 2 * lowest else columns - 1
        top = logits[i, 0]
        for j in range(1, last):
            top = max(top, logits[i, j])
        total = 0.0
        for j in range(last):
            weights[i, j] = math.exp((logits[i, j] - top) / tau)
            total += weights[i, j]
        for j in range(last):
            weights[i, j] /= total
        if last < columns:
            weights[i, columns - 1] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def reach(weights, reached):  # type: ignore[no-untyped-def]
    """The product of the weights on the way from the root to each node; 0 for what is too faint."""
    nodes = reached.shape[0]
    child = weights.shape[1] - 1
    reached[0] = 1.0
    for k in range(1, nodes):
        # Node k hangs on the input of its parent that has the number k - 1.
        r = reached[(k - 1) // 2] * weights[k - 1, child]
        reached[k] = r if r > FAINT else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def forward(weights, data, reached, left, right, value):  # type: ignore[no-untyped-def]
    """Values of all nodes that reach the root.

    data[V, P]; left, right, value[2, n, P] (real and imaginary parts) get exp of the left inputs, the right
    inputs, and the values.
    """
    nodes = reached.shape[0]
    count, points = data.shape
    child = count + 1
    for k in range(nodes - 1, -1, -1):
        if reached[k] == 0.0:
            continue
        lw = weights[2 * k]
        rw = weights[2 * k + 1]
        a = 2 * k + 1
        b = 2 * k + 2
        has_a = a < nodes and reached[a] > 0.0
        has_b = b < nodes and reached[b] > 0.0
        for p in range(points):
            lr = lw[0]
            rr = rw[0]
            for v in range(count):
                lr += lw[v + 1] * data[v, p]
                rr += rw[v + 1] * data[v, p]
            li = 0.0
            ri = 0.0
            if has_a:
                lr += lw[child] * value[0, a, p]
                li = lw[child] * value[1, a, p]
            if has_b:
                rr += rw[child] * value[0, b, p]
                ri = rw[child] * value[1, b, p]
            size = math.exp(min(lr, HIGH))
            if li == 0.0:
                er = size
                ei = 0.0
            else:
                er = size * math.cos(li)
                ei = size * math.sin(li)
            if ri == 0.0:
                nr = math.log(max(abs(rr), SMALL))
                ni = 0.0 if rr >= 0.0 else math.pi
            else:
                nr = math.log(max(math.hypot(rr, ri), SMALL))
                ni = math.atan2(ri, rr)
            left[0, k, p] = er
            left[1, k, p] = ei
            right[0, k, p] = rr
            right[1, k, p] = ri
            value[0, k, p] = er - nr
            value[1, k, p] = ei - ni


@njit(cache=True, nogil=True, error_model="numpy")
def residual(value, target, scale, adjoint):  # type: ignore[no-untyped-def]
    """The loss, the mean of ln(1 + |f - t|²/scale²), and its gradient at the root."""
    points = target.shape[0]
    loss = 0.0
    for p in range(points):
        dr = value[0, 0, p] - target[p]
        di = value[1, 0, p]
        u = (dr * dr + di * di) / (scale * scale)
        loss += math.log1p(u)
        slope = 2.0 / (scale * scale * (1.0 + u) * points)
        adjoint[0, 0, p] = slope * dr
        adjoint[1, 0, p] = slope * di
    return loss / points


@njit(cache=True, nogil=True, error_model="numpy")
def backward(weights, data, reached, left, right, value, adjoint, slope):  # type: ignore[no-untyped-def]
    """The gradient by the weights, from that at the root in adjoint[2, n, P]."""
    nodes = reached.shape[0]
    count, points = data.shape
    child = count + 1
    slope[:] = 0.0
    for k in range(nodes):
        if reached[k] == 0.0:
            continue
        a = 2 * k + 1
        b = 2 * k + 2
        has_a = a < nodes and reached[a] > 0.0
        has_b = b < nodes and reached[b] > 0.0
        wa = weights[2 * k, child]
        wb = weights[2 * k + 1, child]
        ls = slope[2 * k]
        rs = slope[2 * k + 1]
        for p in range(points):
            gr = adjoint[0, k, p]
            gi = adjoint[1, k, p]
            er = left[0, k, p]
            ei = left[1, k, p]
            lgr = er * gr + ei * gi
            lgi = er * gi - ei * gr
            rr = right[0, k, p]
            ri = right[1, k, p]
            # -1 / conj(r), with the modulus of r bounded below
            square = max(rr * rr + ri * ri, SMALL * SMALL)
            rgr = -(rr * gr - ri * gi) / square
            rgi = -(rr * gi + ri * gr) / square
            ls[0] += lgr
            rs[0] += rgr
            for v in range(count):
                ls[v + 1] += lgr * data[v, p]
                rs[v + 1] += rgr * data[v, p]
            if has_a:
                ls[child] += lgr * value[0, a, p] + lgi * value[1, a, p]
                adjoint[0, a, p] = wa * lgr
                adjoint[1, a, p] = wa * lgi
            if has_b:
                rs[child] += rgr * value[0, b, p] + rgi * value[1, b, p]
                adjoint[0, b, p] = wb * rgr
                adjoint[1, b, p] = wb * rgi


@njit(cache=True, nogil=True, error_model="numpy")
def through_softmax(weights, reached, slope, tau, entropy, gradient):  # type: ignore[no-untyped-def]
    """The gradient by the logits; `entropy` times the mean entropy of the weights is part of the loss."""
    inputs, columns = weights.shape
    lowest = (inputs // 2 - 1) // 2
    square = 0.0
    for i in range(inputs):
        last = columns if i < 2 * lowest else columns - 1
        mean = 0.0
        for j in range(last):
            w = weights[i, j]
            if entropy > 0.0 and w > 0.0:
                slope[i, j] -= entropy * reached[i // 2] * (math.log(w) + 1.0) / inputs
            mean += w * slope[i, j]
        for j in range(columns):
            g = weights[i, j] * (slope[i, j] - mean) / tau if j < last else 0.0
            gradient[i, j] = g
            square += g * g
    return math.sqrt(square)


@njit(cache=True, nogil=True, error_model="numpy")
def normal(state):  # type: ignore[no-untyped-def]
    """A normal number; state[0] is that of a splitmix64 generator."""
    total = 0.0
    # The sum of four uniform numbers is near enough to normal.
    for _ in range(4):
        state[0] += np.uint64(0x9E3779B97F4A7C15)
        z = state[0]
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
        total += (z >> np.uint64(11)) * (1.0 / 9007199254740992.0)
    return (total - 2.0) * math.sqrt(3.0)


@njit(cache=True, nogil=True, error_model="numpy")
def snap(logits, hard):  # type: ignore[no-untyped-def]
    """The weights with the largest of every input rounded to 1 and the rest to 0."""
    inputs, columns = logits.shape
    lowest = (inputs // 2 - 1) // 2
    hard[:] = 0.0
    for i in range(inputs):
        last = columns if i < 2 * lowest else columns - 1
        best = 0
        for j in range(1, last):
            if logits[i, j] > logits[i, best]:
                best = j
        hard[i, best] = 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def train(  # type: ignore[no-untyped-def]
    logits, moments, generator, data, target, scale, schedule, begin, end, work, slopes, history, close
):
    """Iterations begin … end of one start, in place.

    moments[2, 2n, C] of Adam; schedule[iterations, 4]: learning rate, temperature, entropy's weight, noise;
    work[4, 2, n, P] and slopes[3, 2n, C] are for intermediate values; history[iterations, 2] gets the losses
    of the soft and of the snapped tree (the latter every LOOK iterations, else NaN). Returns the iteration at
    which the snapped tree's loss fell to `close` or below, or -1.
    """
    nodes = logits.shape[0] // 2
    reached = np.empty(nodes)
    left, right, value, adjoint = work[0], work[1], work[2], work[3]
    weights, slope, gradient = slopes[0], slopes[1], slopes[2]
    noisy = np.empty_like(logits)
    for step in range(begin, end):
        rate = schedule[step, 0]
        tau = schedule[step, 1]
        noise = schedule[step, 3]
        history[step, 1] = np.nan
        for i in range(logits.shape[0]):
            for j in range(logits.shape[1]):
                noisy[i, j] = logits[i, j] + (noise * normal(generator) if noise > 0.0 else 0.0)
        softmax(noisy, tau, weights)
        reach(weights, reached)
        forward(weights, data, reached, left, right, value)
        loss = residual(value, target, scale, adjoint)
        history[step, 0] = loss
        backward(weights, data, reached, left, right, value, adjoint, slope)
        length = through_softmax(weights, reached, slope, tau, schedule[step, 2], gradient)
        if step % LOOK == 0:
            snap(logits, weights)
            reach(weights, reached)
            forward(weights, data, reached, left, right, value)
            hard = residual(value, target, scale, adjoint)
            history[step, 1] = hard
            if hard <= close:
                return step
        if not math.isfinite(length) or not math.isfinite(loss):
            # A start that has run away is shaken and goes on.
            for i in range(logits.shape[0]):
                for j in range(logits.shape[1]):
                    logits[i, j] += 0.1 * normal(generator)
            moments[:] = 0.0
            continue
        shrink = 1.0 / length if length > 1.0 else 1.0
        first = 1.0 - 0.9 ** (step + 1)
        second = 1.0 - 0.99 ** (step + 1)
        for i in range(logits.shape[0]):
            for j in range(logits.shape[1]):
                g = gradient[i, j] * shrink
                moments[0, i, j] = 0.9 * moments[0, i, j] + 0.1 * g
                moments[1, i, j] = 0.99 * moments[1, i, j] + 0.01 * g * g
                logits[i, j] -= (
                    rate * (moments[0, i, j] / first) / (math.sqrt(moments[1, i, j] / second) + 1e-8)
                )
    return -1
