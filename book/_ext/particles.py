"""조사를 앞말의 소리에 맞춥니다. 원고에는 ``을(를)``, ``(으)로``, ``(이)라고`` 꼴로 적습니다.

수와 참조, 식은 지을 때 정해지므로 조사도 그때 고릅니다. 쌍이 아니라 하나를 골라 적은 조사가
수, 고리, 식, 로마자 말 바로 뒤에서 소리와 어긋나거나, 읽는 말을 모르면 파일과 줄을 대는
경고이고, 이 책에서 경고는 오류입니다. 읽는 말은 ``book/particles.yml`` 에 있습니다.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from docutils import nodes
from korean_reading import Inset, UnknownReadingError, is_hangul, last_syllable
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from unbroken import keep_together
from visible_text import Block, blocks, location

logger = logging.getLogger(__name__)
EITHER = {"을": "를", "은": "는", "이": "가", "과": "와"}
"""받침이 있을 때와 없을 때의 조사."""
PAIR = re.compile(
    "|".join(rf"{a}\({b}\)|{b}\({a}\)" for a, b in EITHER.items())
    + r"|\(으\)(?=로)|\(이\)(?:니다|[어었])?(?=[가-힣]|(?<=니다))"
)
MISWRITTEN = re.compile(r"으\(로\)|이\((?:라|나|었)[가-힣]*\)")
"""읽지 못하는 쌍. 묶는 것은 뒤가 아니라 앞입니다: ``(으)로``, ``(이)라고``."""

CONTRACTED = {"어": "여", "었": "였"}
# 받침이 있을 때의 말, 없을 때의 말, 뒤에 더 붙을 수 있는 말.
TYPED = [
    ("을", "를", ""),
    ("은", "는", ""),
    ("이", "가", ""),
    ("과", "와", "는|도|의|만"),
    ("으로", "로", "는|도|만|서|써|서는|서도|서의|써는|부터|부터는|의"),
    ("이라고", "라고", "는|도|만"),
    ("이라는", "라는", ""),
    ("이나", "나", ""),
]
RUN = re.compile(r"[가-힣]+")
OPENING = set("([{「『《〈“‘-–—/·~:=+<>|→×")
STRAIGHT = set("'\"")


class NothingBeforeError(Exception):
    """조사 쌍 앞에 말이 없습니다."""


def final_of(syllable: str) -> str:
    """음절의 끝소리: 없으면 빈 글, ``ㄹ``, 나머지는 ``받침``."""
    final = (ord(syllable) - ord("가")) % 28
    return "" if final == 0 else "ㄹ" if final == 8 else "받침"


def chosen(pair: str, syllable: str) -> str:
    """쌍 가운데 음절 뒤에 올 조사."""
    final = final_of(syllable)
    if pair == "(으)":
        return "으" if final == "받침" else ""
    if pair == "(이)니다":
        return "입니다"
    if pair.startswith("(이)"):
        rest = pair[3:]
        return f"이{rest}" if final else CONTRACTED.get(rest, rest)
    after_final = pair[0] if pair[0] in EITHER else pair[2]
    return after_final if final else EITHER[after_final]


def resolved(text: str, before: str = "", insets: Mapping[str, Inset] | None = None) -> str:
    """글에 든 쌍을 모두 조사 하나로 바꿉니다.

    Args:
        text: 쌍이 든 글.
        before: 같은 문단에서 그 앞에 있는 글.
        insets: 글에 낀 식과 코드.

    Raises:
        NothingBeforeError: 쌍 앞이 비었거나 띄어쓰기일 때.
        UnknownReadingError: 앞말을 읽는 말을 모를 때.
    """
    written, end = "", 0
    for match in PAIR.finditer(text):
        written += text[end : match.start()]
        said = before + written
        if not said or said[-1].isspace():
            raise NothingBeforeError(match.group())
        written += chosen(match.group(), last_syllable(said, insets))
        end = match.end()
    return written + text[end:]


def right_particle(
    word: str, particle: str, insets: Mapping[str, Inset] | None = None
) -> str | None:
    """말 뒤에 적힌 조사가 소리와 어긋나면 맞는 조사, 아니면 ``None`` 입니다."""
    if particle.startswith("였"):
        final = final_of(last_syllable(word, insets))
        return f"이었{particle[1:]}" if final else None
    for with_final, without, more in TYPED:
        match = re.fullmatch(f"({with_final}|{without})((?:{more})?)", particle)
        if not match:
            continue
        final = final_of(last_syllable(word, insets))
        plain = not final or (final == "ㄹ" and without == "로")
        right = (without if plain else with_final) + match.group(2)
        return None if right == particle else right
    return None


def typed_particles(block: Block) -> Iterator[tuple[str, str]]:
    """고리, 식, 수, 로마자 말 바로 뒤에 이어진 한글과, 그 앞의 글."""
    said = ""
    for part in block.parts:
        for run in RUN.finditer(part):
            before = said + part[: run.start()]
            at_joint = run.start() == 0 and bool(said)
            if before and (at_joint or not is_hangul(before[-1])) and _closes(before):
                yield before, run.group()
        said += part


def _closes(before: str) -> bool:
    """끝 글자가 말을 마치는 것인지. 띄어쓰기와 여는 부호는 아닙니다."""
    end = before[-1]
    if end in STRAIGHT:
        return before.count(end) % 2 == 0
    return not end.isspace() and end not in OPENING


def resolve_block(block: Block) -> None:
    """문단에 든 쌍을 바꾸어 놓습니다."""
    said = ""
    for place, part in enumerate(block.parts):
        new = resolved(part, said, block.insets)
        if isinstance(part, nodes.Text) and new != part:
            text = nodes.Text(new)
            part.parent.replace(part, text)
            block.parts[place] = text
        said += new


def check_block(block: Block, docname: str) -> None:
    """문단 하나의 쌍을 바꾸고, 골라 적은 조사를 봅니다."""

    def warn(message: str, *arguments: str, before: str) -> None:
        place = location(block.node, docname, lines_before=before.count("\n"))
        logger.warning(message, *arguments, location=place)

    text = "".join(block.parts)
    for pair in MISWRITTEN.finditer(text):
        before = text[: pair.start()]
        warn(
            "조사 쌍은 (으)로, (이)라고처럼 적습니다. 받은 값: %r",
            block.shown(before)[-24:] + pair.group(),
            before=before,
        )
    try:
        resolve_block(block)
    except NothingBeforeError as error:
        warn("조사 쌍 %s 앞에 말이 없습니다: %r", str(error), block.shown(text)[:60], before="")
        return
    except UnknownReadingError as error:
        warn("%s. 글: %r", str(error), block.shown(text)[:60], before="")
        return
    for before, particle in typed_particles(block):
        phrase = block.shown(before)[-24:] + particle
        try:
            right = right_particle(before, particle, block.insets)
        except UnknownReadingError as error:
            warn("%s. 글: %r", str(error), phrase, before=before)
            continue
        if right:
            warn(
                "조사가 소리와 어긋납니다. 받은 값: %r, 맞는 조사: %r", phrase, right, before=before
            )


def check_alternative_text(image: nodes.image, docname: str) -> None:
    """그림의 대체 텍스트도 글입니다."""
    text = nodes.paragraph("", image.get("alt", ""))
    text.line, text.source = image.line, image.source
    for block in blocks(nodes.container("", text)):
        text.parent = image.parent
        check_block(block, docname)
        image["alt"] = text.astext()


class ResolveTitles(SphinxTransform):
    """제목의 쌍을 먼저 바꿉니다. 제목은 차례와 참조에도 쓰입니다."""

    default_priority = 850

    def apply(self, **kwargs: Any) -> None:
        """한 쪽의 제목들을 봅니다. 모르는 것은 쪽을 다 읽은 뒤에 알립니다."""
        for block in blocks(self.document):
            if not isinstance(block.node, nodes.title) or has_references(block.node):
                continue
            with suppress(NothingBeforeError, UnknownReadingError):
                resolve_block(block)


def has_references(node: nodes.Element) -> bool:
    """아직 채워지지 않은 참조가 든 글인지."""
    return next(node.findall(addnodes.pending_xref), None) is not None


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """쪽 하나의 조사를 모두 고르고 봅니다."""
    for block in blocks(doctree):
        check_block(block, docname)
        keep_together(block)
    for image in doctree.findall(nodes.image):
        check_alternative_text(image, docname)


def setup(app: Sphinx) -> dict[str, bool]:
    """확장을 등록합니다."""
    app.add_transform(ResolveTitles)
    # 참조와 다른 확장이 채우는 글이 다 들어간 뒤에 봅니다.
    app.connect("doctree-resolved", check, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
