"""The formulas and numbers of a journey: right shapes, and what is left out is said."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from dashboard.journey_html import (
    Line,
    about,
    backward_lines,
    forward_lines,
    layer_html,
    loss_formula,
    number,
    shade,
    strip,
    title,
)
from dashboard.looks import Travelled, stage
from engine.activations import ACTIVATIONS
from engine.journey import glance, journey


def travelled(activation="relu", n_y=1, y=0):
    random = np.random.RandomState(1)
    parameters = {
        "W1": random.randn(30, 8),
        "b1": random.randn(30, 1),
        "W2": random.randn(n_y, 30),
        "b2": np.zeros((n_y, 1)),
    }
    label = np.array([[float(y)]]) if n_y == 1 else np.eye(n_y)[:, [y]]
    told = journey(parameters, (activation,), random.rand(8, 1), label)
    return Travelled(
        glance(told.X),
        label[:, 0],
        told.layers[-1].A[:, 0],
        told.loss,
        tuple(stage(layer) for layer in told.layers),
        None,
    ), told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.5, "−0.5"),
        (0.0123456, "0.0123"),
        (1234.5678, "1235"),
        (-1.2345e-5, "−1.2e-5".replace("e-", "e−")),
        (98765.0, "9.9e4"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "NaN"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("n_y", [1, 3])
def test_every_formula_has_the_shapes_under_its_symbols(activation, n_y):
    seen, _ = travelled(activation, n_y)
    first, last = seen.stages
    Z, A = forward_lines(first)
    for part in ("(30,\\,1)}{Z", "(30,\\,8)}{W", "(8,\\,1)}{X", "(30,\\,1)}{b"):
        assert part in Z.formula
    assert "(30,\\,1)}{A^{[1]}}" in A.formula
    names = [line.name for line in backward_lines(last, output=True)]
    own = ["dA[2]"] if n_y == 1 else []
    assert names == [*own, "dZ[2]", "dW[2]", "db[2]", "dA[1]"]
    dZ, dW, db, dA = backward_lines(first, output=False)
    assert "(30,\\,8)}{dW^{[1]}}" in dW.formula
    assert "X^T" in dW.formula
    assert "g'(Z^{[1]})" in dZ.formula
    assert (db.name, dA.name) == ("db[1]", "dA[0]")
    for lines in (forward_lines(first), forward_lines(last), [dZ, dW, db, dA]):
        for line in lines:
            assert line.formula.count("{") == line.formula.count("}"), line.formula


def test_units_that_are_off_are_counted():
    seen, told = travelled()
    off = int((told.layers[0].Z <= 0).sum())
    assert 1 < off < 30
    _, A = forward_lines(seen.stages[0])
    assert f"{off} of 30 units are off for this picture" in about(A)
    dZ = backward_lines(seen.stages[0], output=False)[0]
    assert f"{off} of 30 units are off and pass nothing back" in about(dZ)


def test_what_the_strip_leaves_out_is_said():
    line = Line("Z", "Z[1]", glance(np.linspace(-1, 2, 30).reshape(30, 1)))
    assert about(line) == "24 of 30 numbers shown · min −1 · mean 0.5 · max 2"
    html = strip("Z[1]", line.array)
    assert html.count("<li") == 24
    assert 'aria-label="Z[1], 24 numbers"' in html
    matrix = strip("dW[1]", glance(np.ones((9, 9))))
    assert matrix.count("<li") == 24
    assert 'aria-label="dW[1], rows 1 to 4, columns 1 to 6"' in matrix
    assert about(Line("b", "b[4]", glance(np.full((1, 1), 0.5)))) == ""


def test_signs_have_colours_of_their_own_and_sizes_have_strengths():
    assert shade(2.0, 2.0) == "hd-plus-5"
    assert shade(-0.1, 2.0) == "hd-minus-1"
    assert shade(0.0, 2.0) == "hd-nil"
    assert shade(math.nan, math.nan) == "hd-odd"
    assert shade(1.0, math.inf) == "hd-nil"


@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_is_computed_before_ones_eyes(y):
    seen, told = travelled(y=y)
    formula = loss_formula(seen)
    inside = re.search(r"-\\log\((.*?)\) = ([\d.]+)", formula)
    p = told.layers[-1].A[0, 0]
    assert inside
    assert inside[1] == (f"{p:.4f}" if y else f"1 - {p:.4f}")
    assert float(inside[2]) == pytest.approx(told.loss, abs=1e-4)


def test_the_loss_of_a_softmax():
    seen, told = travelled(n_y=3, y=2)
    assert rf"-\log({told.layers[-1].A[2, 0]:.4f})" in loss_formula(seen)
    assert "a_{3}" in loss_formula(seen)


def test_a_layer_is_one_piece_of_markdown_with_the_formulas_apart():
    seen, _ = travelled()
    html = layer_html(title(seen.stages[0], output=False), forward_lines(seen.stages[0]))
    assert "Layer 1 · 30 units · relu" in html
    assert html.count("\n\n$") == html.count("$\n\n") == 2
    assert title(seen.stages[1], output=True) == "Layer 2, the output · 1 unit · sigmoid"
