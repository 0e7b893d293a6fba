"""자료에 묶인 문장. 문장을 뒤집거나 자료가 바뀌면 짓지 못해야 합니다."""

from __future__ import annotations

from pathlib import Path

import claim_values
import claim_words
import claims
import pytest
from sphinx.application import Sphinx
from sphinx.util.console import strip_colors
from sphinx.util.docutils import docutils_namespace, patch_docutils

DATA = {
    "error": {"LSTM": 0.02, "상태유지 LSTM": 0.005, "다층 퍼셉트론": 0.001},
    "accuracy": {"순환 신경망": 0.4, "LSTM": 0.9},
    "seeds": [0.1, 0.2, 0.3],
    "over": 0,
    "p": 0.61,
    "lag": 1,
}
LABELS = claims.labels_in(DATA)


def disagreement(sentence: str, expression: str) -> str | None:
    return claim_words.disagreement(sentence, claim_values.check(expression, DATA), LABELS)


TRUE = [
    (
        "상태유지 LSTM의 오차가 LSTM의 오차보다 작습니다.",
        'error["상태유지 LSTM"] < error["LSTM"]',
        [
            "상태유지 LSTM의 오차가 LSTM의 오차보다 큽니다.",
            "LSTM의 오차가 상태유지 LSTM의 오차보다 작습니다.",
        ],
    ),
    (
        "다층 퍼셉트론이 LSTM보다 낫습니다.",
        'beats(error["다층 퍼셉트론"], error["LSTM"])',
        [
            "다층 퍼셉트론이 LSTM보다 나쁩니다.",
            "다층 퍼셉트론이 LSTM보다 낫지 않습니다.",
            "LSTM이 다층 퍼셉트론보다 낫습니다.",
        ],
    ),
    (
        "가장 작은 것은 다층 퍼셉트론입니다.",
        'smallest(error) == "다층 퍼셉트론"',
        [
            "가장 큰 것은 다층 퍼셉트론입니다.",
            "가장 작은 것은 상태유지 LSTM입니다.",
            "작은 것은 다층 퍼셉트론입니다.",
        ],
    ),
    (
        "세 모델의 오차는 모두 0.05를 넘지 않는다.",
        "all(e <= 0.05 for e in error.values())",
        ["세 모델의 오차는 모두 0.05를 넘는다."],
    ),
    (
        "목표를 넘은 시드가 없습니다.",
        "over == 0",
        ["목표를 넘은 시드가 있습니다.", "목표를 넘지 않은 시드가 있습니다."],
    ),
    ("둘의 차이가 없다고 볼 만합니다.", "near(p, 0.6, 0.05)", ["둘은 다릅니다."]),
    ("훈련을 늘리면 정답률이 높아집니다.", "rising(seeds)", ["훈련을 늘리면 정답률이 낮아집니다."]),
    (
        "LSTM은 순환 신경망보다 오래 기억합니다.",
        'accuracy["LSTM"] > accuracy["순환 신경망"]',
        [
            "순환 신경망은 LSTM보다 오래 기억합니다.",
            "LSTM은 순환 신경망보다 오래 기억하지 못합니다.",
        ],
    ),
    ("정답률은 0.1과 0.3 사이입니다.", "0.1 <= median(seeds) <= 0.3", ["정답률은 0.3보다 큽니다."]),
]


@pytest.mark.parametrize(("sentence", "expression", "opposites"), TRUE)
def test_true_sentence_passes_and_its_opposites_do_not(sentence, expression, opposites):
    assert disagreement(sentence, expression) is None
    for opposite in opposites:
        assert disagreement(opposite, expression), opposite


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("1 < 2", "자료가 없는 식"),
        ("nobody < 1", "이 쪽에 없는 자료입니다: nobody"),
        ("p > 0.7", "자료가 이렇게 말하지 않습니다"),
        ("p <= p", "자료가 무엇이든 참인 식"),
        ("p < 1 or p >= 1", "자료가 무엇이든 참인 식"),
        ("min(seeds) <= max(seeds)", "자료가 무엇이든 참인 식"),
        ("abs(p) >= 0", "자료가 무엇이든 참인 식"),
        ("len(seeds) > 0", "자료가 무엇이든 참인 식"),
        ("p", "참이나 거짓이어야"),
        ("p <", "식을 읽을 수 없습니다"),
        ("p.real > 0", "정해진 함수만"),
        ("error['없는 이름'] < 1", "식을 셀 수 없습니다: KeyError"),
        ("__import__('os') == p", "이 쪽에 없는 자료입니다: __import__"),
    ],
)
def test_claim_that_guards_nothing_is_rejected(expression: str, message: str):
    with pytest.raises(claim_values.ClaimError, match=message.replace("(", r"\(")):
        claim_values.check(expression, DATA)


def test_glued_numpy_values_are_read():
    text = "{'a': [np.float64(1.5), np.int64(2)], 'b': np.True_, 'c': np.str_('가')}"
    assert claim_values.value_of(text) == {"a": [1.5, 2], "b": True, "c": "가"}


PAGE = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
# 쪽

```{{code-cell}} ipython3
from myst_nb import glue
glue("error", {{"LSTM": 0.02, "다층 퍼셉트론": 0.001}}, display=False)
```

{body}

```{{code-cell}} ipython3
---
mystnb:
  image:
    alt: >-
      {alt}
  figure:
    name: fig-a
    caption: >-
      {caption}
---
from IPython.display import SVG
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0"/></svg>')
```

## 무엇을 보았나

{summary}
"""
SMALLER = "다층 퍼셉트론의 오차가 LSTM의 오차보다 작다."
GUARD = '{holds}`error["다층 퍼셉트론"] < error["LSTM"]`'
GOOD = {
    "body": f"먼저 봅니다. 다층 퍼셉트론의 오차는 LSTM보다 작습니다.{GUARD} 그렇습니다.",
    "alt": SMALLER + GUARD,
    "caption": SMALLER + GUARD,
    "summary": f"- {SMALLER}{GUARD}\n- 뜻만 말합니다.",
}


@pytest.fixture
def build(tmp_path: Path):
    """쪽 하나를 짓고, 본문의 글과 경고를 돌려줍니다."""
    source = tmp_path / "source"
    source.mkdir()

    def run(**parts: str) -> tuple[str, str]:
        (source / "index.md").write_text(PAGE.format(**{**GOOD, **parts}), "utf-8")
        settings = {
            "extensions": ["myst_nb", "claims"],
            "nb_execution_mode": "cache",
            "nb_execution_cache_path": str(tmp_path / "cache"),
            "numfig": True,
        }
        warnings, log = tmp_path / "warnings", tmp_path / "log"
        with (
            warnings.open("w+", encoding="utf-8") as said,
            log.open("w", encoding="utf-8") as status,
            patch_docutils(),
            docutils_namespace(),
        ):
            app = Sphinx(
                source, None, tmp_path / "out", tmp_path / "trees", "html", settings,
                status=status, warning=said, freshenv=True,
            )  # fmt: skip
            app.build()
        html = (tmp_path / "out" / "index.html").read_text("utf-8")
        return html, strip_colors(warnings.read_text("utf-8"))

    return run


def line_of(text: str, page: dict[str, str]) -> int:
    lines = PAGE.format(**page).splitlines()
    return next(k for k, line in enumerate(lines, start=1) if text in line)


def test_guarded_page_is_built_and_shows_no_guard(build):
    html, said = build()
    assert said == ""
    assert "holds" not in html
    assert f'alt="{SMALLER}"' in html


@pytest.mark.parametrize("part", GOOD)
def test_opposite_sentence_fails_at_its_line(build, part: str):
    changed = {**GOOD, part: GOOD[part].replace("작", "크").replace("크습니다", "큽니다")}
    _, said = build(**changed)
    assert f"index.md:{line_of(changed[part][:20], changed)}" in said
    assert "어긋납니다" in said


@pytest.mark.parametrize("part", GOOD)
def test_changed_data_fails_at_the_line_that_speaks_of_it(build, part: str):
    changed = {**GOOD, part: GOOD[part].replace(GUARD, '{holds}`error["다층 퍼셉트론"] < 0.0005`')}
    _, said = build(**changed)
    assert f"index.md:{line_of('0.0005', changed)}: " in said
    assert "자료가 이렇게 말하지 않습니다" in said


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("alt", "그림 fig-a의 대체 텍스트가 자료에 묶여 있지 않습니다"),
        ("caption", "그림 fig-a의 설명이 자료에 묶여 있지 않습니다"),
        ("summary", "‘무엇을 보았나’의 줄이 자료에 묶여 있지 않습니다"),
    ],
)
def test_figure_and_summary_without_guard_are_named(build, part: str, message: str):
    _, said = build(**{part: GOOD[part].replace(GUARD, "")})
    assert message in said
    assert "index.md:" in said


def test_numbers_in_alternative_text_come_from_the_data(build):
    html, said = build(
        alt=f"큰 쪽이 {{glue:text}}`worst:.2f`이다. {SMALLER}{GUARD}",
        body="""```{code-cell} ipython3
glue("worst", 0.023, display=False)
```""",
    )
    assert "큰 쪽이 0.02이다." in html
    assert said == ""
