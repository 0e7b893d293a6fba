"""꾸러미가 보이는 글의 목록을 코드와 맞춥니다: ``make messages``.

우리 글은 코드에 한국어로 있고 영어로 옮깁니다. click의 글은 영어로 있고 한국어로 옮깁니다. 새로
생긴 글은 빈 채로 더하고, 코드에 없는 글은 뺍니다. 옮기지 않은 글이 있으면 시험이 알립니다.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from cosine_rnn.support import catalogue
from cosine_rnn.support.messages import CATALOGUES, DOMAIN

PACKAGE = CATALOGUES.parent
ROOT = Path(__file__).parents[1]
OUR_CALLS = {"message": None, "reject": (2,)}
CLICK = Path(click.__file__).parent
CLICK_CALLS = {"_": None, "ngettext": (1, 2)}
# 물음과 편집기, Windows 콘솔의 글은 우리 명령이 부르지 않습니다.
CLICK_FILES = ("core", "decorators", "exceptions", "formatting", "parser", "types")


EPOCH = datetime.fromtimestamp(0, timezone.utc)


@dataclass(frozen=True)
class Language:
    """옮긴 글의 목록 하나."""

    locale: str
    domain: str

    @property
    def po(self) -> Path:
        """고치는 파일."""
        return CATALOGUES / self.locale / "LC_MESSAGES" / f"{self.domain}.po"

    @property
    def mo(self) -> Path:
        """꾸러미가 읽는 파일."""
        return self.po.with_suffix(".mo")

    def read(self) -> Catalog:
        """옮긴 글들."""
        with self.po.open("rb") as file:
            return read_po(file, locale=self.locale, domain=self.domain)


ENGLISH = Language("en", DOMAIN)
KOREAN = Language("ko", "messages")


def ours() -> Catalog:
    """꾸러미의 코드에 있는 글들."""
    found = Catalog()
    for path in sorted(PACKAGE.rglob("*.py")):
        for _, text, _, _ in extract_from_file("python", path, OUR_CALLS):
            found.add(text)
    for name in catalogue.names():  # 실험의 한 줄은 모듈의 설명에서 읽습니다.
        found.add(catalogue.summary(name))
    return found


def of_click() -> Catalog:
    """click의 코드에서 우리 명령이 부를 수 있는 글들."""
    found = Catalog()
    for name in CLICK_FILES:
        for _, text, _, _ in extract_from_file("python", CLICK / f"{name}.py", CLICK_CALLS):
            found.add(text)
    return found


def update(language: Language, template: Catalog) -> list[str]:
    """목록을 코드와 맞추어 쓰고, 옮기지 않은 글마다 어느 파일의 어느 글인지를 냅니다."""
    kept = language.read() if language.po.exists() else Catalog()
    made = Catalog(
        language.locale,
        language.domain,
        header_comment="# 고친 다음 make messages로 .mo를 다시 만듭니다.",
        project="cosine-rnn",
        # 같은 글이면 언제 만들어도 같은 파일이 되게 합니다.
        creation_date=EPOCH,
        revision_date=EPOCH,
        charset="utf-8",
        fuzzy=False,
    )
    made.last_translator = made.language_team = made.msgid_bugs_address = ""
    for wanted in template:
        if wanted.id:
            old = kept.get(wanted.id)
            made.add(wanted.id, old.string if old else None)
    language.po.parent.mkdir(parents=True, exist_ok=True)
    with language.po.open("wb") as file:
        write_po(file, made, width=100, sort_output=True)
    with language.mo.open("wb") as file:
        write_mo(file, made)
    return [
        f"{language.po.relative_to(ROOT)}: 옮기지 않은 글: {entry.id!r}"
        for entry in made
        if entry.id and (not entry.string or not all(entry.string))
    ]


def main() -> int:
    """두 목록을 맞춥니다."""
    os.environ["LANGUAGE"] = "ko"  # 코드에 있는 글 그대로 읽습니다.
    missing = update(ENGLISH, ours()) + update(KOREAN, of_click())
    if missing:
        print("\n".join(missing))
        print("글마다 그 파일의 msgstr에 옮긴 글을 적고 make messages를 다시 부르십시오.")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
