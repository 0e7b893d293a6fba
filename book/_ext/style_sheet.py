"""스타일 파일들을 하나로 모으고, 어느 쪽에도 없는 이름의 규칙을 뺍니다.

규칙은 그 선택자에 나온 클래스와 ``id`` 가 모두 쪽이나 스크립트의 글에 나올 때만 남습니다.
스크립트가 나중에 붙이는 이름도 스크립트의 글에 있으므로 남습니다.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

import tinycss2

WORD = re.compile(r"[\w-]+")
NAME = re.compile(r"[.#]((?:[\w-]|[^\x00-\x7f]|\\.)+)")
NESTED = {"media", "supports", "layer", "container"}
UNBUNDLED = ("@import", "@charset")
VARIABLE = re.compile(r"(?<![\w-])(--[\w-]+):[^;{}\"']*(?:;|(?=\}))")


def words_of(texts: Iterable[str]) -> set[str]:
    """글에 나온 이름들."""
    return {word for text in texts for word in WORD.findall(text)}


def is_used(selector: str, words: set[str]) -> bool:
    """선택자 하나가 쓰일 수 있는지. ``:not(…)`` 안의 이름은 없어도 됩니다."""
    positive = re.sub(r":not\([^()]*(?:\([^()]*\)[^()]*)*\)", "", selector)
    positive = re.sub(r"\[[^\]]*\]", "", positive)
    if re.search(r":(?:is|where|has)\(", positive):
        return True
    return all(name.replace("\\", "") in words for name in NAME.findall(positive))


def split_selectors(prelude: list[Any]) -> list[str]:
    """쉼표로 나눈 선택자들. 괄호 안의 쉼표에서는 나누지 않습니다."""
    parts: list[list[Any]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def relocate(text: str, folder: PurePosixPath) -> str:
    """``url(…)`` 을 합친 파일이 있는 자리에서 본 주소로 바꿉니다."""

    def move(match: re.Match[str]) -> str:
        address = match[2]
        if re.match(r"[a-z]+:|#|/", address):
            return match[0]
        parts: list[str] = []
        for part in (folder / address).parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        return f'url("{"/".join(parts)}")'

    return re.sub(r"url\((['\"]?)([^'\")]+)\1\)", move, text)


def minify(tokens: list[Any]) -> str:
    """공백을 줄인 선언들."""
    return re.sub(r"\s+", " ", tinycss2.serialize(tokens)).strip()


def purge(rules: list[Any], words: set[str]) -> list[str]:
    """쓰이는 규칙만, 공백을 줄여서."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in split_selectors(rule.prelude) if is_used(s, words)]
            body = minify(rule.content)
            if selectors and body:
                kept.append(f"{','.join(selectors)}{{{body}}}")
        elif rule.type == "at-rule":
            prelude = minify(rule.prelude)
            if rule.content is None:
                kept.append(f"@{rule.at_keyword} {prelude};")
            elif rule.lower_at_keyword in NESTED:
                inner = tinycss2.parse_rule_list(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
                if text := "".join(purge(inner, words)):
                    kept.append(f"@{rule.at_keyword} {prelude}{{{text}}}")
            else:
                kept.append(f"@{rule.at_keyword} {prelude}{{{minify(rule.content)}}}")
    return kept


def value_of(rule: str, name: str, default: str) -> str:
    """규칙에서 ``name`` 선언의 값. 없으면 ``default`` 입니다."""
    match = re.search(rf"[{{; ]{name}: ?['\"]?([^;'\"}}]+)", rule)
    return match[1].strip() if match else default


def drop_unused_faces(css: list[str]) -> list[str]:
    """아무 규칙도 부르지 않는 글꼴의 ``@font-face`` 와 ``@keyframes`` 를 뺍니다.

    단추를 그리던 글꼴은 변수에 이름만 남아 있으므로 언제나 뺍니다.
    """
    others = [rule for rule in css if not rule.startswith(("@font-face", "@keyframes"))]
    kept = []
    for rule in css:
        if rule.startswith("@font-face"):
            family = value_of(rule, "font-family", "")
            called = any(family in other for other in others)
            if not called or family.startswith("Font Awesome"):
                continue
        match = re.match(r"@keyframes ([\w-]+)", rule)
        if match and not any(match[1] in other for other in others):
            continue
        kept.append(rule)
    return kept


def drop_unused_variables(css: str, words: set[str]) -> str:
    """스타일도 쪽도 부르지 않는 변수를 뺍니다. 빠진 변수만 부르던 변수도 뺍니다."""
    left, css = css, ""
    while left != css:
        css = left
        unused = {*VARIABLE.findall(css)} - {*re.findall(r"var\(\s*(--[\w-]+)", css)} - words
        if unused:
            names = "|".join(map(re.escape, sorted(unused)))
            left = re.sub(VARIABLE.pattern.replace(r"--[\w-]+", names), "", left)
        left = re.sub(r"[^{}]+\{\s*\}", "", left)
    return css


def inline_fonts(css: str, static: Path) -> str:
    """글꼴 파일을 글 속에 넣습니다. 따로 받으면 늦게 와서 식의 너비가 바뀝니다."""

    def inline(match: re.Match[str]) -> str:
        data = base64.b64encode((static / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return re.sub(r'url\("([^":]+\.woff2)"\)', inline, css)


def names_in(static: Path, names: Iterable[str]) -> set[str]:
    """스타일 파일들의 선택자에 나오는 클래스와 ``id`` 의 이름들."""
    texts = ((static / name).read_text("utf-8") for name in names)
    return {found.replace("\\", "") for text in texts for found in NAME.findall(text)}


def bundle_with_fonts(static: Path, names: Iterable[str], words: set[str]) -> bytes:
    """``bundle`` 에 글꼴 파일을 넣은 것."""
    return inline_fonts(bundle(static, names, words).decode(), static).encode()


def bundle(static: Path, names: Iterable[str], words: set[str]) -> bytes:
    """``static`` 아래의 스타일 파일들을 차례대로 합친 글."""
    css: list[str] = []
    for name in names:
        text = relocate((static / name).read_text("utf-8"), PurePosixPath(name).parent)
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        broken = [rule for rule in rules if rule.type == "error"]
        if broken:
            line = broken[0].source_line
            raise ValueError(f"{name}:{line}: 읽을 수 없는 스타일입니다. {broken[0].message}")
        css += [rule for rule in purge(rules, words) if not rule.startswith(UNBUNDLED)]
    return drop_unused_variables("\n".join(drop_unused_faces(css)), words).encode()
