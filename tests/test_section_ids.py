"""절의 주소: 제목에서 나오고, 다른 절을 더해도 밀리지 않습니다."""

from __future__ import annotations

from pathlib import Path

import pytest
from section_ids import slug
from sphinx_pages import SETTINGS, build_pages

PAGE = """# 순환 신경망: 층

(by-hand)=
## 무엇을 보았나

{ref}`by-hand`

## 수 $x$ 둘, `f`!

## 연습문제

### 풀이

## 연습문제

## …
"""


def build(folder: Path, text: str):
    folder.mkdir(exist_ok=True)
    return build_pages(folder, text, extensions=[*SETTINGS["extensions"], "section_ids"])


def addresses(built) -> list[str]:
    return [str(section["id"]) for section in built.page.select("section")]


def test_addresses_are_the_titles(tmp_path: Path):
    built = build(tmp_path, PAGE)
    *titled, nameless = addresses(built)
    assert titled == [
        "순환-신경망-층",
        "무엇을-보았나",
        "수-x-둘-f",
        "연습문제",
        "풀이",
        "연습문제-2",
    ]
    assert nameless
    assert built.said == ""


def test_links_lead_to_the_new_addresses_and_names_by_hand_stay(tmp_path: Path):
    built = build(tmp_path, PAGE)
    assert built.page.find(id="by-hand")
    targets = {str(link["href"])[1:] for link in built.page.select("a[href^='#']")} - {""}
    assert targets
    assert all(built.page.find(id=target) for target in targets)


def test_a_new_section_moves_no_other_address(tmp_path: Path):
    page = PAGE.removesuffix("## …\n")
    before = addresses(build(tmp_path / "a", page))
    longer = page.replace("## 연습문제\n\n###", "## 새 절\n\n## 연습문제\n\n###")
    after = addresses(build(tmp_path / "b", longer))
    assert set(before) < set(after)
    assert set(after) - set(before) == {"새-절"}


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("A  B", "a-b"),
        ("…!?", ""),
        ("\u1112\u1161\u11ab", "한"),
        ("2017년 조리법", "2017년-조리법"),
    ],
)
def test_slug_keeps_letters_and_digits(title: str, wanted: str):
    assert slug(title) == wanted


def test_terms_are_found_by_their_own_names(tmp_path: Path):
    built = build(tmp_path, "# 쪽\n\n{term}`은닉 상태`\n\n```{term-glossary}\n```\n")
    assert built.page.select_one("dt#term-은닉-상태")
    link = built.one("p a.reference")
    assert link["href"] == "#term-은닉-상태"
    assert not built.page.select("dt[id='term-0']")
    assert built.said == ""


def test_names_given_by_others_stay(tmp_path: Path):
    page = "# 쪽\n\n## `signals`\n\n```{eval-rst}\n.. automodule:: cosine_rnn.signals\n```\n"
    extensions = [*SETTINGS["extensions"], "sphinx.ext.autodoc", "section_ids"]
    built = build_pages(tmp_path, page, extensions=extensions)
    assert built.page.find(id="module-cosine_rnn.signals")
    assert built.page.find(id="signals")
