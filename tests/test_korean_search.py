"""색인이 읽는 글만 담는지 봅니다. 찾는 일은 test_site가 브라우저에서 봅니다."""

from __future__ import annotations

import json
import re

import korean_search
from bs4 import BeautifulSoup

PAGE = """
<article>
<section id="a"><h1><span class="section-number">1. </span>첫 장<a class="headerlink">#</a></h1>
<p class="reading-time">읽기 약 3분 · 셀을 모두 실행하는 데 12초</p>
<table class="execution-times table"><tr><td><p>34.5</p></td></tr></table>
<p>글 <b>하나</b>.</p><pre>make_windows(x)</pre>
<span class="katex"><math><mi>h</mi><annotation>h_t</annotation></math></span>
<svg><text>그림의 글</text></svg>
<section id="b"><h2>둘째 절</h2><p>글 둘은
<a href="#c"><span class="std std-term">은닉 상태</span></a>.</p>
<dl class="glossary"><dt id="c">은닉 상태</dt><dd>뜻.</dd></dl></section>
</section></article>
"""
TERMS = [
    {"term": "순환 신경망", "english": "recurrent neural network (RNN)", "avoid": ["재귀 신경망"]}
]


def index() -> dict:
    page = BeautifulSoup(PAGE, "html.parser")
    script = korean_search.search_script([korean_search.page_entry("book/theory/a", page)], TERMS)
    assert script.startswith("window.SEARCH_INDEX=")
    return json.loads(script.removeprefix("window.SEARCH_INDEX=").rstrip(";\n"))


def test_each_section_has_its_own_text():
    (page,) = index()["pages"]
    assert page["url"] == "book/theory/a.html"
    assert page["title"] == "첫 장"
    first, second, meaning = page["parts"]
    assert first[:2] == ["a", "첫 장"]
    assert second == ["b", "둘째 절", "글 둘은 은닉 상태 .", "", "은닉 상태"]
    assert meaning == ["c", "은닉 상태", "은닉 상태 뜻.", "", ""]
    assert "글 하나" in first[2].replace(" .", ".")
    assert first[3] == "make_windows(x)"


def test_drawings_and_repeated_math_are_not_searched():
    text = index()["pages"][0]["parts"][0][2]
    assert "그림의 글" not in text
    assert "h_t" not in text


def test_measured_times_are_not_searched():
    assert not re.search(r"\d", index()["pages"][0]["parts"][0][2])


def test_other_names_lead_to_the_term():
    assert index()["aliases"]["재귀신경망"] == "순환 신경망"


def test_composed_and_decomposed_hangul_are_the_same():
    assert korean_search.clean("\u1112\u1161\u11ab  글") == "한 글"
