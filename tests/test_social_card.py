"""고리를 붙여 넣은 곳에 보일 그림: 크기, 제목, 그림, 다시 그리지 않기."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import finished_site
import numpy as np
import pytest
import social_card
from check_site import HTML
from finished_pages import Store
from numpy.typing import NDArray
from PIL import Image, ImageFont
from social_card import Card, Studio

RED = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<rect width="10" height="10" fill="#ff0000"/></svg>'
)
STUDIO = Studio(HTML / "_static" / "fonts")
CARD = Card("LSTM: 넘길지 말지를 정하는 단계", "책의 제목", "지은이들", RED)


def pixels(card: Card) -> NDArray[np.int_]:
    """그린 카드의 화소(높이, 너비, 3)."""
    image = Image.open(io.BytesIO(STUDIO.draw(card)))
    assert image.format == "PNG"
    return np.asarray(image.convert("RGB")).astype(int)


def dark(part: NDArray[np.int_]) -> int:
    """어두운 화소의 수."""
    return int((part.sum(axis=-1) < 200).sum())


def test_card_has_the_size_that_its_head_says_and_both_halves():
    drawn = pixels(CARD)
    assert drawn.shape == (630, 1200, 3)
    left, top, wide, high = social_card.FIGURE
    side = min(wide, high)
    middle = drawn[top + high // 2 - side // 2 + 5 : top + high // 2 + side // 2 - 5]
    red = middle[:, left + wide // 2 - side // 2 + 5 : left + wide // 2 + side // 2 - 5]
    assert (red == (255, 0, 0)).all()
    assert dark(drawn[:, : social_card.FIGURE[0] - 32]) > 2000
    assert dark(drawn[:, social_card.FIGURE[0] - 32 : social_card.FIGURE[0]]) == 0


def test_title_alone_uses_the_whole_width():
    drawn = pixels(Card("자" * 18, "책", "지은이", None))
    assert dark(drawn[:, 600:]) > 1000


@pytest.mark.parametrize("title", ["한 " * 60, "넓" * 60, "", "없는 글자 \U0001f600", "<&\"'>"])
def test_odd_title_still_makes_a_card(title: str):
    assert pixels(Card(title, "책", "지은이", RED)).shape == (630, 1200, 3)


def test_lines_break_between_words_and_fit():
    _, bold = STUDIO.measures
    size, lines = social_card.fit(bold, CARD.title, 472)
    assert " ".join(lines) == CARD.title
    assert len(lines) > 1
    assert all(bold.width(line, size) <= 472 for line in lines)
    # 그리는 도구가 아는 너비와 견줍니다.
    font = ImageFont.truetype(io.BytesIO(STUDIO.faces[1]), 60)
    assert bold.width(CARD.title, 60) == pytest.approx(font.getlength(CARD.title), rel=0.03)


def test_only_cards_that_changed_are_drawn_again(tmp_path: Path):
    app: Any = SimpleNamespace(
        doctreedir=tmp_path / "trees", outdir=tmp_path, config={"book_sources": "1"}
    )
    (tmp_path / "figure.svg").write_text(RED, "utf-8")
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "fonts").symlink_to(STUDIO.folder)
    cards = {"book/theory/lstm": "하나", "book/cosine/lstm": "둘", "book/lab": "셋"}

    def drawn() -> list[str]:
        """써 놓고, 새로 그린 카드의 이름. 그린 것을 간직한 자리에는 표시를 남겨 둡니다."""
        store = Store(app)
        pages: dict[str, Any] = {"404": SimpleNamespace(card=None)}
        pages |= {
            name: SimpleNamespace(card=Card(title, "책", "지은이", tmp_path / "figure.svg"))
            for name, title in cards.items()
        }
        paths = finished_site.write_cards(tmp_path, pages, store)
        store.made = {name: (key, b"kept") for name, (key, _) in store.made.items()}
        store.save()
        found = {path.name: path.read_bytes() for path in paths}
        assert sorted(found) == ["cosine-lstm.png", "lab.png", "theory-lstm.png"]
        again = [name for name, content in found.items() if content != b"kept"]
        assert all(found[name].startswith(b"\x89PNG") for name in again)
        return sorted(again)

    assert drawn() == ["cosine-lstm.png", "lab.png", "theory-lstm.png"]
    (tmp_path / "cards" / "lab.png").unlink()
    assert drawn() == []
    cards["book/cosine/lstm"] = "고친 둘"
    assert drawn() == ["cosine-lstm.png"]
    (tmp_path / "figure.svg").write_text(RED.replace("ff0000", "00ff00"), "utf-8")
    assert drawn() == ["cosine-lstm.png", "lab.png", "theory-lstm.png"]
