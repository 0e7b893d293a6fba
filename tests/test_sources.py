"""책의 원고, 설정, 확장을 봅니다."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import term_glossary
import yaml

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "book").rglob("*.md"))
FIGURES = sorted((ROOT / "images").glob("*.svg"))
FENCE = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.M | re.S)


def cells(text: str) -> list[str]:
    """쪽의 코드 셀. 셀의 설정은 뺍니다."""
    found = []
    for body in FENCE.findall(text):
        body = re.sub(r"\A---\n.*?^---\n", "", body, flags=re.M | re.S)
        found.append(re.sub(r"\A(:.*\n)+", "", body).strip())
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_code_cells_are_short(path: Path):
    for cell in cells(path.read_text("utf-8")):
        assert len([line for line in cell.splitlines() if line.strip()]) <= 15, cell


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_code_cells_are_never_nested(path: Path):
    """지시문 안의 code-cell은 실행되지 않고 그대로 글이 됩니다."""
    inside = False
    for line in path.read_text("utf-8").splitlines():
        if re.match(r"(:{3,}|`{4,})\{", line):
            inside = True
        elif re.match(r"(:{3,}|`{4,})$", line):
            inside = False
        assert not (inside and "{code-cell}" in line)


@pytest.mark.parametrize("path", FIGURES, ids=lambda p: p.stem)
def test_figure_is_text_with_title_and_description(path: Path):
    root = ElementTree.fromstring(path.read_text("utf-8"))
    tags = [node.tag.rpartition("}")[2] for node in root.iter()]
    assert {"title", "desc", "text"} <= set(tags)
    assert not {"image", "foreignObject", "script"} & set(tags)
    sizes = re.findall(r"font-size:\s*([\d.]+)|font-size=\"([\d.]+)", path.read_text("utf-8"))
    assert all(float(a or b) >= 10 for a, b in sizes)
    width = float(root.attrib["viewBox"].split()[2])
    assert width <= 440  # 휴대전화의 너비에서 글자가 12픽셀 아래로 줄지 않습니다.


def test_glossary_terms_are_whole_and_unique():
    terms = term_glossary.load_terms()
    assert [t["term"].lower() for t in terms] == sorted(t["term"].lower() for t in terms)


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("- {term: 창, english: window, meaning: 뜻}\n" * 2, "한 번만"),
        ("- {term: 창, meaning: 뜻}\n", "english"),
        ("- {term: 창, english: window}\n", "meaning"),
    ],
)
def test_broken_terms_are_rejected(tmp_path: Path, entry: str, rule: str):
    path = tmp_path / "terms.yml"
    path.write_text(entry, "utf-8")
    with pytest.raises(ValueError, match=rf"{rule}.*받은 값"):
        term_glossary.load_terms(path)


def test_forbidden_words_do_not_appear_in_package_or_figures():
    terms = yaml.safe_load((ROOT / "book" / "terms.yml").read_text("utf-8"))
    words = [word for term in terms for word in term.get("avoid", [])]
    for path in [*FIGURES, *(ROOT / "code").rglob("*.py")]:
        text = path.read_text("utf-8")
        assert [word for word in words if word in text] == [], path


def test_every_requirement_is_pinned():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert lines.pop() == "-e ."
    assert [line for line in lines if "==" not in line] == []


def test_both_locks_pin_the_same_and_every_file_has_a_hash():
    plain = (ROOT / "requirements.txt").read_text("utf-8").splitlines()[:-1]
    hashed = (ROOT / "requirements-hashed.txt").read_text("utf-8").replace("\\\n", "").splitlines()
    assert [line.split(" --hash=")[0].strip() for line in hashed] == plain
    assert [line for line in hashed if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", line)] == []


def test_supported_python_runs_these_tests():
    assert (3, 10) <= sys.version_info[:2] <= (3, 13)
