"""책의 셀이 낸 수가 적어 둔 것과 같은지, 다르면 어느 셀인지 말하는지 봅니다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import printed_numbers
import pytest
from printed_numbers import NUMBER, RECORD, RULES, moved, rule_of, value_of

TRAINED, UNTRAINED = "cosine/mlp", "theory/lstm"
CODE = "print(error)"


def record(values: list[float], *, here: bool, page: str = TRAINED) -> dict[str, Any]:
    where = printed_numbers.place() if here else {"machine": "다른 기계"}
    return {"place": where, "numbers": {page: {"1번째 셀": values}}}


def now(
    values: list[float], code: str = CODE, page: str = TRAINED
) -> dict[str, dict[str, list[Any]]]:
    return {page: {"1번째 셀": [code, values]}}


def test_every_number_of_the_book_is_the_one_that_is_kept():
    kept = json.loads(RECORD.read_text("utf-8"))
    assert (
        sum(len(values) for cells in kept["numbers"].values() for values in cells.values()) > 1000
    )
    assert "\n".join(map(str, moved(kept, printed_numbers.found()))) == ""


@pytest.mark.parametrize(
    ("page", "here", "new", "said"),
    [
        (TRAINED, True, [0.5, 2.0], None),
        (TRAINED, True, [0.5, 2.0001], "2.0이(가) 2.0001"),
        (TRAINED, True, [0.5], "수가 2개에서 1개"),
        (TRAINED, False, [0.5, -19.0], None),
        (UNTRAINED, False, [0.5, 2.001], None),
        (UNTRAINED, False, [0.5, 2.1], "2.0이(가) 2.1"),
        (UNTRAINED, False, [0.5, -2.0], "2.0이(가) -2.0"),
    ],
)
def test_a_number_that_moved_is_named_with_its_cell(
    page: str, here: bool, new: list[float], said: str | None
):
    kept = record([0.5, 2.0], here=here, page=page)
    found = list(moved(kept, now(new, page=page)))
    assert bool(found) == bool(said)
    if said:
        assert said in found[0].what
        assert str(found[0]).startswith(f"{page}: 1번째 셀: ")


def test_measured_times_may_differ_and_other_cells_may_not_come_or_go():
    kept = record([1.0], here=True)
    assert list(moved(kept, now([9.0], "print(measured(one.seconds))"))) == []
    assert "없어진 셀" in next(moved(kept, {TRAINED: {}})).what
    assert "새 셀" in next(moved({"place": {}, "numbers": {}}, now([1.0]))).what


@pytest.mark.parametrize("here", [True, False])
def test_only_what_moved_is_written_again(
    here: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    seconds, error = "1번째 셀 (a = {1: measured(2)})", "2번째 셀 (b: 3)"
    kept = record([], here=here) | {"numbers": {TRAINED: {seconds: [7.0], error: [1.0]}}}
    path = tmp_path / "numbers.json"
    path.write_text(json.dumps(kept), "utf-8")
    monkeypatch.setattr(printed_numbers, "RECORD", path)
    cells = {seconds: ("print(measured(one.seconds))", [8.0]), error: ("print(error)", [2.0])}
    monkeypatch.setattr(printed_numbers, "found", lambda: {TRAINED: cells})
    printed_numbers.main()
    written = json.loads(path.read_text("utf-8"))
    assert written["place"] == printed_numbers.place()
    assert written["numbers"] == {TRAINED: {seconds: [7.0 if here else 8.0], error: [2.0]}}
    assert f"{TRAINED}: {seconds}" not in capsys.readouterr().out


def test_a_page_without_training_is_held_close_everywhere():
    assert rule_of("theory/lstm", CODE).elsewhere == 1.001
    assert all(rule.why for rule in RULES)


def test_numbers_are_read_as_people_read_them():
    text = "1,200개, −0.5, 2.5×10⁻¹⁴, 1e-06, f32(3), x2"
    assert [value_of(one) for one in NUMBER.findall(text)] == [1200.0, -0.5, 2.5e-14, 1e-06, 3.0]
