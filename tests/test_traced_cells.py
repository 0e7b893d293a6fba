"""``cells.py`` 를 실행해 적은 것이 같은 셈인지, 쪽의 식이 그것과 같은지 봅니다."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import figure_graph
import numpy as np
import pytest
from cosine_rnn import cells
from figure_graph import equations, tracing

ROOT = Path(__file__).parents[1]
SOURCE = figure_graph.cells_source()


def number(value: Any, names: dict[str, Any]) -> Any:
    """기록한 셈을 수로 다시 합니다."""
    if not isinstance(value, tracing.Value):
        return value
    if value.op == "name":
        return names[value.args[0]]
    args = [number(arg, names) for arg in value.args]
    operations = {
        "+": np.add, "×": np.multiply, "@": np.matmul, "tanh": np.tanh,
        "σ": lambda z: 1 / (1 + np.exp(-z)),
        "split": lambda z, k, n: z[:, k * z.shape[1] // n : (k + 1) * z.shape[1] // n],
    }  # fmt: skip
    return operations[value.op](*args)


def test_trace_computes_what_the_package_computes():
    rng = np.random.default_rng(0)
    seen = tracing.trace(SOURCE)
    inputs = rng.normal(size=(2, 3, 5))
    steps = {f"x_{t + 1}": inputs[:, t] for t in range(3)}
    weights = cells.Weights(*(rng.normal(size=s) for s in ((5, 4), (4, 4), (4,))))
    names: dict[str, Any] = {**steps, **weights._asdict(), "0": np.zeros((2, 4))}
    np.testing.assert_allclose(number(seen.rnn[2], names), cells.run_rnn(weights, inputs)[:, 2])
    weights = cells.Weights(*(rng.normal(size=s) for s in ((5, 16), (4, 16), (16,))))
    names |= weights._asdict()
    states = cells.run_lstm(weights, inputs)._asdict()
    for name, value in seen.lstm[2].items():
        np.testing.assert_allclose(number(value, names), states[name][:, 2])


EQUATION = r"""# 쪽

$$
\begin{aligned}
z_i,\, z_f,\, z_g,\, z_o &= x_t W + h_{t-1} U + b \\
i &= \sigma(z_i) \\
f &= \sigma(z_f) \\
g &= \tanh(z_g) \\
o &= \sigma(z_o) \\
c_t &= f \odot c_{t-1} + i \odot g \\
h_t &= o \odot \tanh(c_t)
\end{aligned}
$$ (eq-lstm)

```{math}
:label: eq-rnn
h_t = \tanh(x_t\,W + h_{t-1}\,U + b)
```
"""


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("", "", ""),
        (r"z_i,\, z_f", r"z_f,\, z_i", "eq-lstm"),
        (r"f \odot c_{t-1}", r"f \odot c_t", "f⊙c_t+i⊙g"),
        (r"i &= \sigma(z_i)", r"i &= \tanh(z_i)", "i=tanh(z_i)"),
        (r"\tanh(x_t\,W + h_{t-1}\,U", r"\tanh(x_t\,W + h_t\,U", "eq-rnn"),
        (r" \\" + "\n" + r"h_t &= o \odot \tanh(c_t)", "", "'끝'"),
    ],
)
def test_equations_of_the_pages_are_the_code(old: str, new: str, wanted: str):
    found = [fault.message for fault in equations.faults_of(EQUATION.replace(old, new), SOURCE)]
    assert (found == []) if not wanted else (len(found) == 1 and wanted in found[0]), found


def test_swapped_blocks_are_found_by_the_equation():
    source = SOURCE.replace("zi, zf, zg, zo = np", "zf, zi, zg, zo = np")
    (fault,) = equations.faults_of(EQUATION, source)
    assert "z_i,z_f,z_g,z_o" in fault.message
    assert "z_f,z_i,z_g,z_o" in fault.message


def test_pages_write_the_equations_of_the_cells():
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "book" / "theory").glob("*.md"))]
    assert sum(text.count("(eq-lstm)") + text.count(":label: eq-rnn\n") for text in texts) == 2
    assert [fault for text in texts for fault in equations.faults_of(text, SOURCE)] == []
