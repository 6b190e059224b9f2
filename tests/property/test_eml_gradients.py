"""Soft EML trees: values and gradients against differences, NumPy, PyTorch and unjitted Python."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculus.eml.regression import jit
from calculus.eml.regression.architecture import Shape, choices, initial, reachable, terms
from calculus.eml.regression.values import values

SCALE = 0.7
NAMES = ["x", "y", "z"]

trees = st.builds(Shape, st.integers(1, 4), st.integers(1, 3))
seeds = st.integers(0, 10**6)
temperatures = st.floats(0.3, 3.0)


def data_of(shape, seed, count=7):
    random = np.random.default_rng((seed, 9))
    return random.uniform(0.3, 2.5, (shape.variables, count)), random.normal(size=count)


def gradient_of(shape, logits, points, target, tau, entropy, kernel=lambda function: function):
    """The loss and its gradient, by the kernel; `kernel` chooses between a function and its Python."""
    count = points.shape[1]
    weights, slope, gradient = (np.zeros(logits.shape) for _ in range(3))
    reached = np.empty(shape.nodes)
    left, right, value, adjoint = np.zeros((4, 2, shape.nodes, count))
    kernel(jit.softmax)(logits, tau, weights)
    kernel(jit.reach)(weights, reached)
    kernel(jit.forward)(weights, points, reached, left, right, value)
    loss = kernel(jit.residual)(value, target, SCALE, adjoint)
    kernel(jit.backward)(weights, points, reached, left, right, value, adjoint, slope)
    kernel(jit.through_softmax)(weights, reached, slope, tau, entropy, gradient)
    return loss, gradient, value[:, 0].copy(), weights


def loss_at(shape, logits, points, target, tau):
    return gradient_of(shape, logits, points, target, tau, 0.0)[0]


def plain_values(shape, weights, points):
    """The root's values, in complex NumPy."""
    made = {}
    for node in range(shape.nodes - 1, -1, -1):
        inputs = []
        for i in (2 * node, 2 * node + 1):
            mixed = weights[i, 0] + weights[i, 1 : shape.subtree] @ points + 0j
            inputs.append(mixed + (weights[i, shape.subtree] * made[i + 1] if i < shape.inner else 0))
        made[node] = np.exp(inputs[0]) - np.log(inputs[1])
    return made[0]


@settings(max_examples=40)
@given(trees, seeds, temperatures)
def test_values_are_those_of_complex_arithmetic(shape, seed, tau):
    points, target = data_of(shape, seed)
    _, _, value, weights = gradient_of(shape, initial(shape, seed, 0), points, target, tau, 0.0)
    with np.errstate(all="ignore"):
        expected = plain_values(shape, weights, points)
    assume(np.all(np.abs(expected) < 1e6))
    np.testing.assert_allclose(value[0] + 1j * value[1], expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=30)
@given(trees, seeds, temperatures)
def test_gradients_are_the_limits_of_differences(shape, seed, tau):
    points, target = data_of(shape, seed)
    logits = initial(shape, seed, 0)
    _, gradient, value, _ = gradient_of(shape, logits, points, target, tau, 0.0)
    assume(np.all(np.abs(value) < 1e3))
    direction = np.random.default_rng(seed).normal(size=logits.shape)
    slopes = [
        (
            loss_at(shape, logits + step * direction, points, target, tau)
            - loss_at(shape, logits - step * direction, points, target, tau)
        )
        / (2 * step)
        for step in (1e-5, 1e-6)
    ]
    # Differences across a cut of the logarithm have no limit.
    assume(abs(slopes[0] - slopes[1]) <= 1e-5 * max(1.0, abs(slopes[0])))
    assert np.sum(gradient * direction) == pytest.approx(slopes[1], rel=1e-4, abs=1e-6)


def test_every_component_of_a_gradient():
    shape = Shape(3, 2)
    points, target = data_of(shape, 3)
    logits = initial(shape, 3, 0)
    _, gradient, _, _ = gradient_of(shape, logits, points, target, 1.2, 0.0)
    for i in range(shape.inputs):
        for j in range(shape.columns):
            ends = []
            for step in (1e-6, -1e-6):
                moved = logits.copy()
                moved[i, j] += step
                ends.append(loss_at(shape, moved, points, target, 1.2))
            assert gradient[i, j] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-4, abs=1e-7), (i, j)


def test_gradient_of_the_entropy():
    shape = Shape(1, 2)
    points, target = data_of(shape, 1)
    logits = initial(shape, 1, 0)

    def charged(z):
        loss, _, _, w = gradient_of(shape, z, points, target, 0.8, 0.0)
        w = w[:, : shape.subtree]
        return loss + 0.3 * np.mean(-np.sum(w * np.log(w), axis=1))

    _, gradient, _, _ = gradient_of(shape, logits, points, target, 0.8, 0.3)
    for i in range(shape.inputs):
        for j in range(shape.subtree):
            step = np.zeros(logits.shape)
            step[i, j] = 1e-6
            difference = (charged(logits + step) - charged(logits - step)) / 2e-6
            assert gradient[i, j] == pytest.approx(difference, rel=1e-5, abs=1e-8)


@settings(max_examples=20)
@given(trees, seeds, temperatures)
def test_compiled_and_plain_code_agree(shape, seed, tau):
    points, target = data_of(shape, seed, 3)
    logits = initial(shape, seed, 1)
    compiled = gradient_of(shape, logits, points, target, tau, 0.1)
    plain = gradient_of(
        shape, logits, points, target, tau, 0.1, lambda function: getattr(function, "py_func", function)
    )
    for ours, theirs in zip(compiled, plain, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12)


@settings(max_examples=20)
@given(trees, seeds, temperatures)
def test_gradients_are_those_of_pytorch(shape, seed, tau):
    torch = pytest.importorskip("torch")
    from calculus.eml.regression.torch_backend import loss_of, soft_values, soft_weights

    points, target = data_of(shape, seed)
    logits = initial(shape, seed, 0)
    loss, gradient, value, _ = gradient_of(shape, logits, points, target, tau, 0.0)
    assume(np.all(np.abs(value) < 1e6))
    z = torch.tensor(logits[None], requires_grad=True)
    theirs = soft_values(torch, soft_weights(torch, z, tau, shape), torch.tensor(points), shape)
    total = loss_of(torch, theirs, torch.tensor(target), SCALE)
    total.sum().backward()
    np.testing.assert_allclose(theirs[0].detach().numpy(), value[0] + 1j * value[1], rtol=1e-8, atol=1e-9)
    assert float(total.detach()[0]) == pytest.approx(loss, rel=1e-9)
    size = max(1.0, float(np.abs(gradient).max()))
    np.testing.assert_allclose(z.grad[0].numpy(), gradient, rtol=1e-6, atol=1e-8 * size)


@settings(max_examples=60)
@given(trees, seeds)
def test_a_rounded_tree_has_the_values_of_its_weights(shape, seed):
    points, _ = data_of(shape, seed)
    logits = 2 * initial(shape, seed, 2)
    logits[:, shape.subtree] += 2
    chosen = choices(shape, logits)
    hard = np.zeros(logits.shape)
    jit.snap(logits, hard)
    assert np.array_equal(np.argmax(hard, axis=1), chosen)
    assert np.all(hard.sum(axis=1) == 1)
    reached = np.empty(shape.nodes)
    jit.reach(hard, reached)
    assert np.flatnonzero(reached).tolist() == sorted(reachable(shape, chosen))
    left, right, value = np.zeros((3, 2, shape.nodes, points.shape[1]))
    jit.forward(hard, points, reached, left, right, value)
    names = NAMES[: shape.variables]
    tree = terms(shape, chosen, names)[0]
    expected = values(tree, dict(zip(names, points, strict=True)), points.shape[1])
    # The kernel bounds exponentials and logarithms.
    assume(np.all(np.isfinite(expected)) and np.all(np.abs(left[:, reached > 0]) < 1e20))
    assume(np.all(np.hypot(right[0], right[1])[reached > 0] > jit.SMALL))
    np.testing.assert_allclose(value[0, 0] + 1j * value[1, 0], expected, rtol=1e-9, atol=1e-9)
