from __future__ import annotations

import ast
import gettext
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import package_messages
import pytest
import run_notebooks
from babel.messages import Catalog
from conftest import rejects
from cosine_rnn.signals import cosine_wave
from cosine_rnn.support.checks import reject
from cosine_rnn.support.messages import language, message
from package_messages import ENGLISH, KOREAN, PACKAGE, Language

HANGUL = re.compile("[가-힣]")
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

NOT_MESSAGES = {
    "exercises": "the book's own text, shown in its notebooks",
    "plots": "the words of the book's figures",
    "beyond/sentences": "the vocabulary that the models read",
    "experiments/changing_period": "the names of the methods in the book's tables",
}
TITLES_OF_FIGURES = {"훈련 손실", "되먹임 예측"}


def texts(found: Catalog) -> dict[Any, Any]:
    return {entry.id: entry.string for entry in found if entry.id}


def forms(text: str | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("kept", "template"),
    [(ENGLISH, package_messages.ours()), (KOREAN, package_messages.of_click())],
    ids=["ours", "click's"],
)
def test_every_message_is_translated_and_no_translation_is_stale(kept: Language, template: Catalog):
    translated = texts(kept.read())
    assert translated.keys() == texts(template).keys()
    for said, answer in translated.items():
        assert all(forms(answer)), said
        known = set().union(*map(fields, forms(said)))
        for form in forms(answer):
            assert fields(form) <= known, said
        if isinstance(said, str):
            assert fields(forms(answer)[0]) == known, said


@pytest.mark.parametrize("kept", [ENGLISH, KOREAN], ids=["ours", "click's"])
def test_the_catalogue_that_is_read_is_the_one_that_is_edited(kept: Language):
    with kept.mo.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for said, answer in texts(kept.read()).items():
        one, many = forms(said)[0], forms(said)[-1]
        for count, form in zip((1, 2), forms(answer), strict=False):
            found = compiled.gettext(one) if one == many else compiled.ngettext(one, many, count)
            assert found == form


def literals(tree: ast.AST) -> Iterator[str]:
    """The text of a module but for its docstrings, f-strings as they are written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and id(node) not in inside:
            yield str(node.value)


def test_no_korean_of_the_package_escapes_the_catalogue():
    known = set(texts(package_messages.ours())) | TITLES_OF_FIGURES
    escaped = []
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE).with_suffix("").as_posix()
        if place in NOT_MESSAGES or place.startswith("exercises/"):
            continue
        for text in literals(ast.parse(path.read_bytes())):
            if HANGUL.search(text) and text not in known:
                escaped.append(f"{place}: {text}")
    assert escaped == []


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        ({}, "ko"),
        ({"LANG": "C"}, "ko"),
        ({"LANG": "C.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "fr_FR.UTF-8"}, "ko"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "ko"),
        ({"LC_MESSAGES": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANGUAGE": "ko"}, "ko"),
        ({"LC_ALL": "ko_KR.UTF-8", "LANGUAGE": "de:en:ko"}, "en"),
        ({"LC_ALL": "", "LANGUAGE": "", "LANG": "en"}, "en"),
    ],
)
def test_the_usual_settings_choose_the_language(
    settings: dict[str, str], chosen: str, monkeypatch: pytest.MonkeyPatch
):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert language() == chosen


def test_an_error_of_the_package_speaks_the_chosen_language(monkeypatch: pytest.MonkeyPatch):
    with rejects("n_steps", "0"):
        cosine_wave(0)
    monkeypatch.setenv("LANGUAGE", "en")
    with pytest.raises(ValueError, match=r"^n_steps: must be an integer .+\. Received: 0$"):
        cosine_wave(0)


def test_braces_in_a_value_are_shown_as_they_are():
    assert str(reject("name", "{allowed}만 압니다", "{x}", allowed="{y}")).endswith(
        "{y}만 압니다. 받은 값: '{x}'"
    )
    assert message("오류: {reason}", reason="{0}") == "오류: {0}"


ALL_RUNS = """
import contextlib, io, json, sys
from cosine_rnn import cli

shown = []
for arguments in json.loads(sys.argv[1]):
    sys.argv = ["cosine-rnn", *arguments]
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        try:
            cli.main()
        except SystemExit as ended:
            shown.append((ended.code, said.getvalue()))
print(json.dumps(shown))
"""


def commands(**settings: str) -> list[tuple[int, str]]:
    """The exit code and the text of each of RUNS, all in one new interpreter."""
    kept = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    shown = subprocess.run(
        [sys.executable, "-c", ALL_RUNS, json.dumps(list(RUNS))],
        capture_output=True,
        text=True,
        env=kept | settings,
        check=True,
    )
    assert shown.stderr == ""
    return json.loads(shown.stdout)


RUNS = {
    ("--help",): "명령:",
    ("experiment", "--help"): "지어낸 문장",
    ("train",): "있어야 하는 인자입니다: 'MODEL'",
    ("train", "mlp"): "있어야 하는 옵션입니다: '--output'",
    ("train", "mlp", "--output", "x", "--epochs", "0"): "받은 값: 0",
    ("train", "mlp", "--output", "."): "폴더입니다",
    ("train", "mlp", "--outptu", "x"): "혹시 '--output'입니까?",
    ("trian",): "없는 명령입니다: 'trian'",
    ("train", "mlp", "--output", "/dev/null/x"): "같은 이름의 파일이 이미 있습니다 (EEXIST)",
    ("experiment", "words", "--output", "x", "--seeds", "3-1"): "받은 값: '3-1'",
}


ENGLISH_WORDS = re.compile(r"\b(Usage|Error|Options|OPTIONS|Try|Invalid|Missing|the|is|a)\b")


def test_the_commands_speak_one_language_with_click():
    korean, english = commands(), commands(LANG="en_US.UTF-8")
    assert len(korean) == len(english) == len(RUNS)
    for (wanted, (code, said)), (same, told) in zip(
        zip(RUNS.values(), korean, strict=True), english, strict=True
    ):
        assert wanted in said
        assert not ENGLISH_WORDS.search(said), said
        assert (code, bool(told)) == (same, True)
        assert not HANGUL.search(told), told


def test_an_installed_package_brings_its_catalogues(tmp_path: Path):
    site = run_notebooks.install_package(tmp_path)
    for kept in (ENGLISH, KOREAN):
        packed = site / "cosine_rnn" / kept.mo.relative_to(PACKAGE)
        assert packed.read_bytes() == kept.mo.read_bytes()
