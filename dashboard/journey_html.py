"""A journey's formulas in LaTeX, the shape under each symbol, beside its numbers (no Streamlit).

What is made here is Markdown that holds HTML: it consists of this program's own words and numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from dashboard.looks import Stage, Travelled
from engine.journey import Glance

SHADES = 5
FUNCTIONS = {  # g(Z) and g'(Z), with {z} and {a} for Z and A of the layer
    "relu": (r"\max(0,\,{z})", r"[{z} > 0]"),
    "leaky relu": (r"\max(0.01\,{z},\,{z})", r"(0.01 + 0.99\,[{z} > 0])"),
    "tanh": (r"\tanh({z})", r"(1 - {a} * {a})"),
    "sigmoid": (r"\frac{{1}}{{1 + e^{{-{z}}}}}", r"{a} * (1 - {a})"),
    "softmax": (r"\frac{{e^{{{z}}}}}{{\sum_j e^{{z_j}}}}", ""),
}


@dataclass(frozen=True)
class Line:
    """One formula: its LaTeX, the array it gives, and what is to be said of that."""

    formula: str
    name: str
    array: Glance
    remark: str = ""


def layer_html(title: str, lines: list[Line]) -> str:
    rows = "".join(line_html(line) for line in lines)
    return f'<p class="hd-layer" role="heading" aria-level="4">{title}</p>\n{rows}'


def line_html(line: Line) -> str:
    # The blank lines make Markdown of the formula between the tags.
    return (
        f'<div class="hd-step"><div class="hd-formula">\n\n${line.formula}$\n\n</div>'
        f'<div class="hd-numbers">{strip(line.name, line.array)}'
        f'<p class="hd-about">{about(line)}</p></div></div>\n'
    )


def title(stage: Stage, *, output: bool) -> str:
    units = stage.arrays["b"].shape[0]
    which = ", the output" if output else ""
    plural = "" if units == 1 else "s"
    return f"Layer {stage.layer}{which} · {units:,} unit{plural} · {stage.activation}"


def forward_lines(stage: Stage, noun: str = "picture") -> list[Line]:
    layer, arrays = stage.layer, stage.arrays
    g, _ = FUNCTIONS[stage.activation]
    z, inputs = symbol("Z", layer), arrays["W"].shape[1]
    Z = (
        f"{symbol('Z', layer, arrays['Z'].shape)} = {symbol('W', layer, arrays['W'].shape)}"
        rf"\;{symbol('A', layer - 1, (inputs, 1))} + {symbol('b', layer, arrays['b'].shape)}"
    )
    A = rf"{symbol('A', layer, arrays['A'].shape)} = g({z}) = {g.format(z=z)}"
    return [
        Line(Z, f"Z[{layer}]", arrays["Z"]),
        Line(A, f"A[{layer}]", arrays["A"], units_remark(stage, noun)),
    ]


def backward_lines(stage: Stage, *, output: bool) -> list[Line]:
    """For m = 1 example."""
    layer, arrays = stage.layer, stage.arrays
    z, a = symbol("Z", layer), symbol("A", layer)
    slope = FUNCTIONS[stage.activation][1].format(z=z, a=a)
    dZ, lines = symbol("dZ", layer, arrays["dZ"].shape), []
    if "dA" not in arrays:
        dZ += f" = {a} - Y"
    else:
        dZ += rf" = {symbol('dA', layer)} * g'({z}) = "
        dZ += f"{a} - Y" if output else f"{symbol('dA', layer)} * {slope}"
        if output:
            dA = symbol("dA", layer, arrays["dA"].shape)
            dA += rf" = -\left(\frac{{Y}}{{{a}}} - \frac{{1 - Y}}{{1 - {a}}}\right)"
            lines.append(Line(dA, f"dA[{layer}]", arrays["dA"]))
    rows, inputs = arrays["dW"].shape
    transposed = "X^T" if layer == 1 else f"A^{{[{layer - 1}]T}}"
    dW = (
        rf"{symbol('dW', layer, (rows, inputs))} = \tfrac{{1}}{{m}}\,{symbol('dZ', layer, (rows, 1))}"
        rf"\;\underset{{(1,\,{inputs})}}{{{transposed}}}"
    )
    db = rf"{symbol('db', layer, (rows, 1))} = \tfrac{{1}}{{m}}\sum_i dZ^{{[{layer}](i)}}"
    dA_prev = (
        rf"{symbol('dA', layer - 1, arrays['dA_prev'].shape)} = "
        rf"\underset{{({inputs},\,{rows})}}{{W^{{[{layer}]T}}}}\;{symbol('dZ', layer, (rows, 1))}"
    )
    off = stage.flat if stage.activation == "relu" else 0
    blocked = (
        f"<b>{are(off, rows)} off and pass{'es' if off == 1 else ''} nothing back</b>"
        if off
        else ""
    )
    return [
        *lines,
        Line(dZ, f"dZ[{layer}]", arrays["dZ"], blocked),
        Line(dW, f"dW[{layer}]", arrays["dW"]),
        Line(db, f"db[{layer}]", arrays["db"], "the same as dZ, as m = 1"),
        Line(dA_prev, f"dA[{layer - 1}]", arrays["dA_prev"]),
    ]


def symbol(name: str, layer: int, shape: tuple[int, int] | None = None) -> str:
    letter = "X" if (name, layer) == ("A", 0) else f"{name}^{{[{layer}]}}"
    if shape is None:
        return letter
    return rf"\underset{{({shape[0]},\,{shape[1]})}}{{{letter}}}"


def units_remark(stage: Stage, noun: str) -> str:
    n = stage.arrays["A"].shape[0]
    if stage.activation == "relu":
        return f"<b>{are(stage.flat or 0, n)} off for this {noun}</b>"
    if stage.activation in ("tanh", "sigmoid") and stage.flat:
        return f"<b>{are(stage.flat, n)} saturated</b>: g′ is under 0.01 there"
    return ""


def are(some: int, n: int) -> str:
    return f"{some:,} of {n:,} units {'is' if some == 1 else 'are'}"


def strip(name: str, array: Glance) -> str:
    """The first numbers of an array on blue where positive, on orange where negative."""
    greatest = max(abs(array.low), abs(array.high))
    rows, columns = array.first.shape
    matrix = columns > 1
    cells = "".join(
        f'<li class="{shade(value, greatest)}">{number(value)}</li>'
        for value in array.first.ravel().tolist()
    )
    told = (
        f"{name}, rows 1 to {rows}, columns 1 to {columns}" if matrix else f"{name}, {rows} numbers"
    )
    style = f' style="--columns: {columns}"' if matrix else ""
    kind = "hd-values hd-matrix" if matrix else "hd-values"
    return f'<ol class="{kind}"{style} aria-label="{told}">{cells}</ol>'


def shade(value: float, greatest: float) -> str:
    if not math.isfinite(value):
        return "hd-odd"
    if value == 0 or not math.isfinite(greatest):
        return "hd-nil"
    level = max(1, math.ceil(SHADES * abs(value) / greatest))
    return f"hd-{'plus' if value > 0 else 'minus'}-{level}"


def about(line: Line) -> str:
    """What the strip leaves out: of how many numbers it shows some, their range, what to notice."""
    array, parts = line.array, []
    shown = array.first.size
    if shown < array.size:
        parts.append(f"{shown} of {array.size:,} numbers shown")
    if array.size > 1:
        parts.append(
            f"min {number(array.low)} · mean {number(array.mean)} · max {number(array.high)}"
        )
    if line.remark:
        parts.append(line.remark)
    elif array.zeros:
        parts.append(f"{array.zeros:,} of {array.size:,} are 0")
    return " · ".join(parts)


def number(value: float) -> str:
    """Three digits, as short as can be: 0.0123, 1.2e−5, −∞."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        text = f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    else:
        digits, power = f"{value:.1e}".split("e")
        text = f"{digits}e{int(power)}"
    return text.replace("-", "−")


def loss_formula(told: Travelled) -> str:
    """The loss with this example's numbers put in."""
    layer = len(told.stages)
    a = symbol("A", layer)
    if len(told.y) == 1:
        y, p = told.y[0], told.probabilities[0]
        chosen, inner = (p, f"{p:.4f}") if y == 1 else (1 - p, f"1 - {p:.4f}")
        general = r"-\big(y \log a + (1 - y) \log(1 - a)\big)"
        which = rf"y = {y:.0f},\; a = {p:.4f}"
    else:
        place = int(told.y.argmax())
        chosen = told.probabilities[place]
        inner, general = f"{chosen:.4f}", r"-\sum_j y_j \log a_j"
        which = rf"y_{{{place + 1}}} = 1,\; a_{{{place + 1}}} = {chosen:.4f}"
    if not math.isfinite(told.loss):
        return rf"\mathcal{{L}}({a}, Y) = {general}, \quad {which}"
    return (
        rf"\mathcal{{L}}({a}, Y) = {general} = -\log({inner}) = {told.loss:.4f}"
        rf"\quad \text{{with }} {which}"
    )
