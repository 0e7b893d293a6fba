"""조사가 앞말의 소리와 맞는지. 답은 한국어의 규칙에서 왔고, 코드가 내는 것에서 오지 않았습니다."""

from __future__ import annotations

from pathlib import Path

import particles
import pytest
import unbroken
from sphinx_pages import Built, build_pages


@pytest.mark.parametrize(
    ("pair", "after_vowel", "after_rieul", "after_consonant"),
    [
        ("을(를)", "를", "을", "을"),
        ("를(을)", "를", "을", "을"),
        ("은(는)", "는", "은", "은"),
        ("이(가)", "가", "이", "이"),
        ("가(이)", "가", "이", "이"),
        ("과(와)", "와", "과", "과"),
        ("와(과)", "와", "과", "과"),
        ("(으)로", "로", "로", "으로"),
        ("(으)로서", "로서", "로서", "으로서"),
        ("(으)로는", "로는", "로는", "으로는"),
        ("(이)라고", "라고", "이라고", "이라고"),
        ("(이)라는", "라는", "이라는", "이라는"),
        ("(이)나", "나", "이나", "이나"),
        ("(이)고", "고", "이고", "이고"),
        ("(이)며", "며", "이며", "이며"),
        ("(이)면", "면", "이면", "이면"),
        ("(이)어서", "여서", "이어서", "이어서"),
        ("(이)었습니다", "였습니다", "이었습니다", "이었습니다"),
        ("(이)니다", "입니다", "입니다", "입니다"),
        ("(이)다", "다", "이다", "이다"),
    ],
)
def test_pair_becomes_the_particle_of_the_sound(
    pair: str, after_vowel: str, after_rieul: str, after_consonant: str
):
    assert particles.resolved(f"코{pair}") == f"코{after_vowel}"
    assert particles.resolved(f"길{pair}") == f"길{after_rieul}"
    assert particles.resolved(f"창{pair}") == f"창{after_consonant}"


# 책에서 틀렸던 것과 그 이웃.
@pytest.mark.parametrize(
    ("word", "wrong", "right"),
    [
        ("읽기", "을", "를"),
        ("기억하기", "을", "를"),
        ("그림 9", "이", "가"),
        ("그림 16", "와", "과"),
        ("0.1", "를", "을"),
        ("식 (1)", "를", "을"),
        ("0.869", "을", "를"),
        ("0.0020", "로", "으로"),
        ("1.19", "으로", "로"),
        ("그림 10", "가", "이"),
        ("표 2", "은", "는"),
        ("식 (3)", "는", "은"),
        ("5%", "을", "를"),
        ("1,000", "와", "과"),
        ("10⁻⁴", "가", "이"),
        ("0.7", "으로", "로"),
        ("0.6", "로는", "으로는"),
        ("0.4", "과는", "와는"),
        ("LSTM", "는", "은"),
        ("RNN", "와", "과"),
        ("MLP", "이", "가"),
        ("MASE", "을", "를"),
        ("ReLU", "이라고", "라고"),
        ("Adam", "라는", "이라는"),
        ("7", "나", "이나"),
        ("0.3", "라고", "이라고"),
        ("3", "였습니다", "이었습니다"),
        ("ε", "를", "을"),
        ("Elman [1990]", "는", "은"),
        ("'주가'", "을", "를"),
        ("다층 퍼셉트론(MLP)", "는", "은"),
    ],
)
def test_wrong_particle_is_told_with_the_right_one(word: str, wrong: str, right: str):
    assert particles.right_particle(word, wrong) == right
    assert particles.right_particle(word, right) is None


@pytest.mark.parametrize(
    ("word", "particle"),
    [
        *(("1", "로"), ("7", "로"), ("8", "로"), ("3", "으로"), ("0", "으로"), ("10", "으로")),
        *(("100", "으로"), ("HTML", "로"), ("LSTM", "으로"), ("2", "로"), ("0.81", "로")),
        *(("0.5", "이고"), ("5", "이다"), ("3", "이었습니다"), ("5", "였습니다"), ("2", "입니다")),
        *(("5", "이었습니다"), ("LSTM", "만"), ("LSTM", "의"), ("10", "에서"), ("4", "까지")),
        # 조사가 아닌 말의 첫 글자
        *(
            ("5", "가지"),
            ("3", "과목"),
            ("7", "로그"),
            ("9", "이상"),
            ("2", "은행"),
            ("W1", "나머지"),
        ),
        ("모르는 Qwertz", "까지"),
    ],
)
def test_right_particle_and_other_words_are_left_alone(word: str, particle: str):
    assert particles.right_particle(word, particle) is None


FRONT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

(top)=
# LSTM을(를) 읽기

"""
BACK = """

```{math}
:label: eq-a
a = b
```

```{figure} figure.svg
:name: fig-x
:alt: 글자 '이'가 적힌 파동 9이(가) 보인다.

설명 3을(를) 본다.
```

(sec)=
## 기억하기

### MLP은(는) {term}`은닉 상태`을(를) 모른다

{cite:t}`elman1990`은(는) 더 읽을거리입니다.

`을(를)`

```text
3을(를)
```

```{term-glossary}
```
"""
RESOLVED = {
    "{numref}`fig-x`을(를) 봅니다.": "그림 1을 봅니다.",
    "식 {eq}`eq-a`이(가) 그렇습니다.": "식 (1)이 그렇습니다.",
    "{ref}`sec`을(를) 봅니다.": "기억하기를 봅니다.",
    "{ref}`top`을(를) 봅니다.": "LSTM을 읽기를 봅니다.",
    "{term}`은닉 상태`(hidden state)이(가) 남습니다.": "은닉 상태(hidden state)가 남습니다.",
    "값은 0.0020(으)로, 2.3배(으)로 갑니다.": "값은 0.0020으로, 2.3배로 갑니다.",
    "상태 $h_{t-1}$을(를) 곱합니다.": "h_{t-1}을 곱합니다.",
    "$h_t$와 '$x_t$'과(와) 더합니다.": "x_t’와 더합니다.",
    "**LSTM**과(와) `fit()`은(는) 다릅니다.": "LSTM과 fit()은 다릅니다.",
    "10{sup}`-4`이(가) 남습니다.": "10-4이 남습니다.",
    "- 하나는 9(이)라고 합니다.\n- 둘": "하나는 9라고 합니다.",
    "| 가 | 나 |\n|--|--|\n| 1 | 4을(를) |": "4를",
    "'주가'을(를) 읽습니다.": "‘주가’를 읽습니다.",
    "**창**과 $n$과 $k$은(는) 다릅니다.": "창과 n과 k는 다릅니다.",
    "두 줄에 걸친 0.5\n그리고 0.3은(는) 같습니다.": "그리고 0.3은 같습니다.",
}
WRONG = {
    "{numref}`fig-x`를 봅니다.": "그림 1를",
    "식 {eq}`eq-a`가 그렇습니다.": "(1)가",
    "{ref}`sec`을 봅니다.": "기억하기을",
    "{term}`은닉 상태`을 봅니다.": "은닉 상태을",
    "{term}`은닉 상태`(hidden state)을 봅니다.": "(hidden state)을",
    "$h_t$을 봅니다.": "h_t을",
    "`fit()`는 봅니다.": "fit()는",
    "LSTM는 봅니다.": "LSTM는",
    "{cite:t}`elman1990`는 보였습니다.": "Elman [1990]는",
    "Qwertz을(를) 봅니다.": "Qwertz",
    "Qwertz는 봅니다.": "Qwertz는",
    "글 을(를) 봅니다.": "앞에 말이 없습니다",
    "- 목록의 7를 봅니다.": "7를",
    "값은 1.12으(로) 갑니다.": "1.12으(로)",
    "값은 3이(라고) 합니다.": "3이(라고)",
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build_pages(tmp_path_factory.mktemp("good"), FRONT + "\n\n".join(RESOLVED) + BACK)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, dict[str, int]]:
    """틀린 것마다 적힌 줄과 함께."""
    body, lines = FRONT, {}
    for source in WRONG:
        lines[source] = body.count("\n") + 1
        body += f"{source}\n\n"
    body += "두 줄짜리 글은\n0.1를 봅니다.\n\n| 가 | 나 |\n|--|--|\n| 1 | 4을 |\n"
    lines["second line"] = body[: body.index("0.1를")].count("\n") + 1
    lines["table"] = body[: body.index("4을")].count("\n") + 1
    return build_pages(tmp_path_factory.mktemp("bad"), body + BACK), lines


def test_every_pair_is_resolved_without_a_warning(good: Built):
    assert good.said == ""
    assert good.text().count("(를)") == 2  # 코드에 든 것만 남습니다.


@pytest.mark.parametrize("source", RESOLVED)
def test_pair_agrees_with_what_the_page_shows(good: Built, source: str):
    assert RESOLVED[source] in good.text()


def test_headings_captions_contents_and_alternative_texts_are_resolved(good: Built):
    assert good.one("h1").get_text().startswith("LSTM을 읽기")
    assert good.one("title").get_text().startswith("LSTM을 읽기")
    assert good.one("h3").get_text().startswith("MLP는 은닉 상태를 모른다")
    assert "설명 3을 본다." in good.one("figcaption").get_text()
    assert good.one("img")["alt"] == "글자 '이'가 적힌 파동 9가 보인다."


@pytest.mark.parametrize("source", [*WRONG, "second line", "table"])
def test_wrong_particle_is_named_with_its_page_and_line(
    bad: tuple[Built, dict[str, int]], source: str
):
    built, lines = bad
    (told,) = [line for line in built.said.splitlines() if f"index.md:{lines[source]}:" in line]
    assert "WARNING" in told
    assert WRONG.get(source, {"table": "4을", "second line": "0.1를"}.get(source, "")) in told


def test_only_what_is_wrong_is_told(bad: tuple[Built, dict[str, int]]):
    built, lines = bad
    assert built.said.count("WARNING") == len(lines)


def test_particle_stays_on_the_line_of_its_word(good: Built):
    together = [node.get_text() for node in good.page.select("span.text-nowrap")]
    assert "‘주가’를" in together
    assert "fit()은" in together
    assert any(text.endswith("h_{t-1}\\)을") for text in together)
    assert any(text.endswith("x_t\\)’와") for text in together)
    assert any(text.endswith("n\\)과") for text in together)


@pytest.mark.parametrize(
    "body", ["$a+b+c+d+e+f+g+h+i$가 큽니다.", "‘아주아주 길고긴말이라못묶는말’은 깁니다."]
)
def test_what_is_too_wide_for_a_narrow_screen_is_not_held(tmp_path: Path, body: str):
    built = build_pages(tmp_path, f"# 쪽\n\n{body}\n")
    held = [node.get_text() for node in built.page.select("span.text-nowrap")]
    assert all(unbroken.width(text) <= 8 for text in held)  # 320픽셀에 두 배로 키운 글자
    assert body.rpartition(" ")[2] in built.text()
