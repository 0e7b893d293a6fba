"""실험실의 계기: 주소와 말을 읽고, 처음의 그림을 글로 내고, 브라우저에서 다섯 가지를 다 합니다."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import check_site
import javascript
import lab
import numpy as np
import pytest
from bs4 import BeautifulSoup
from conftest import need_tools
from cosine_rnn import portable
from cosine_rnn.forecast import autoregression, seasonal_naive
from cosine_rnn.signals import cosine_wave
from hypothesis import given, settings
from hypothesis import strategies as st
from sphinx_pages import SETTINGS, build_pages

HTML = check_site.HTML
ALL = lab.FILES
HOSTILE = [
    "?period=-5&amplitude=NaN&phase=1e999&noise=<img src=x onerror=alert(1)>",
    "?v=9&period=%00&words=" + "<script>alert(1)</script>" * 3,
    "?period=0&t=99999999999999999999&unit=0.5&model=__proto__&event=constructor&layer=-1",
    "?words=" + "%EA%B0%80" * 3000,
    "?words=</script><script>alert(1)</script>&listener=toString",
]


def js(code: str, given: Any = None) -> Any:
    return javascript.run(code, given, scripts=ALL)


def parse(query: str) -> dict[str, Any]:
    return js("return Lab.parse(given)", query)


# 주소


@settings(max_examples=10)
@given(
    st.lists(
        st.tuples(st.sampled_from(["period", "t", "model", "words", "x"]), st.text()), max_size=5
    )
)
def test_any_address_gives_a_state_within_the_rules(pairs: list[tuple[str, str]]):
    code = """
    const query = new URLSearchParams(given).toString();
    const { state } = Lab.parse(`?${query}`);
    const wrong = Object.entries(Lab.SETTINGS).filter(([name, rule]) => {
      const value = state[name];
      if (rule.among) return !rule.among.includes(value);
      if (rule.longest) return typeof value !== "string" || value.length > rule.longest;
      return !(value >= rule.from && value <= rule.to);
    });
    const back = Lab.parse(Lab.format(state));
    return { wrong, same: JSON.stringify(back.state) === JSON.stringify(state), notes: back.notes };
    """
    assert js(code, pairs) == {"wrong": [], "same": True, "notes": []}


@pytest.mark.parametrize(
    ("query", "name", "value", "told"),
    [
        ("?period=70", "period", 70, []),
        ("?period=7", "period", 20, ["주기", "20에서 300까지", "7"]),
        ("?period=1e999", "period", 300, ["주기", "1e999"]),
        ("?period=", "period", 100, ["주기"]),
        ("?amplitude=NaN", "amplitude", 1, ["진폭", "NaN"]),
        ("?model=__proto__", "model", "stateful", ["모델", "__proto__"]),
        ("?v=2", "period", 100, ["1판", "2"]),
    ],
)
def test_a_value_that_does_not_fit_is_told(query: str, name: str, value: Any, told: list[str]):
    answer = parse(query)
    assert answer["state"][name] == value
    assert bool(answer["notes"]) == bool(told)
    for word in told:
        assert word in answer["notes"][0]


# 셈


def test_rivals_in_the_page_are_those_of_the_package():
    past = cosine_wave(100, period=70, phase=0.3)
    coefficients = [-1.0, 2 * np.cos(2 * np.pi / 100)]
    code = """
    const { past, a } = given;
    return [Lab.seasonal_naive(past, 250, 100), Lab.autoregression(past, 250, a)];
    """
    naive, linear = js(code, {"past": past.tolist(), "a": coefficients})
    assert np.allclose(naive, seasonal_naive(100)(past, 250))
    formula = autoregression(cosine_wave(800, period=100), order=2)
    assert np.allclose(linear, formula(past, 250), atol=1e-6)


def test_wave_and_noise_are_what_they_say():
    wave, noise, again = js(
        "return [Lab.cosine_wave(50, given), Lab.normals(3, 4000), Lab.normals(3, 4000)]",
        {"period": 30, "amplitude": 1.5, "phase": 90},
    )
    assert np.allclose(wave, cosine_wave(50, period=30, amplitude=1.5, phase=np.pi / 2))
    assert noise == again
    assert abs(np.mean(noise)) < 0.05
    assert abs(np.std(noise) - 1) < 0.05


@pytest.mark.parametrize(
    ("errors", "steps"),
    [
        ([0.0] * 60, 0),
        ([0.0] * 10 + [1.0] * 7 + [0.0] * 43, 7),
        ([0.0] * 10 + [1.0] * 50, None),
        ([0.0] * 10 + [1.0] * 40 + [0.0] * 10, None),  # 머무는 것을 오래 보지 못했습니다.
    ],
)
def test_recovery_counts_the_steps_until_it_stays(errors: list[float], steps: int | None):
    assert js("return Lab.recovery(given, 10, 0.05)", errors) == steps


def one_unit() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    shapes = {"W": (1, 8), "U": (2, 8), "b": (8,)}
    weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    head = portable.packed("Dense", W=rng.normal(size=(2, 1)), b=np.zeros(1))
    layers = [portable.packed("LSTM", **weights), head]
    return {"reads": "stream", "context": 5, "layers": layers}


def trace(**settings: Any) -> list[dict[str, Any]]:
    code = "return Lab.trace(Lab.model(given.model), given.truth, given.settings)"
    truth = cosine_wave(30, period=20).tolist()
    return js(
        code, {"model": one_unit(), "truth": truth, "settings": {"read_until": 30, **settings}}
    )


def test_interventions_touch_only_what_they_name():
    plain = trace()
    reset, wrong, shut, open_, deaf = (
        trace(event=event, at=12) for event in ("reset", "wrong", "f0", "f1", "i0")
    )
    for changed in (reset, wrong, shut, open_, deaf):
        assert changed[:12] == plain[:12]
        assert changed[12] != plain[12]
    assert reset[12]["before"][0] == {"h": [0, 0], "c": [0, 0]}
    assert wrong[12]["x"] == pytest.approx(plain[12]["x"] + 1)
    assert wrong[13]["x"] == plain[13]["x"]
    assert {v for row in shut[12:] for v in row["steps"][0]["f"]} == {0}
    assert {v for row in open_[12:] for v in row["steps"][0]["f"]} == {1}
    assert {v for row in deaf[12:] for v in row["steps"][0]["i"]} == {0}
    # 망각 게이트만 묶었습니다. 바로 그 시점의 입력 게이트는 그대로입니다.
    assert open_[12]["steps"][0]["i"] == plain[12]["steps"][0]["i"]


def test_own_forecast_is_read_after_the_last_true_value():
    rows = trace(read_until=10)
    assert rows[9]["x"] == pytest.approx(cosine_wave(30, period=20)[9])
    assert rows[10]["x"] == rows[9]["y"]
    assert rows[20]["x"] == rows[19]["y"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("오늘, 아니 어제 주가 어때", ["오늘", "아니", "어제", "주가", "어때?"]),
        ("  오늘\t주가.\n", ["오늘", "주가"]),
        ("", []),
    ],
)
def test_sentences_become_words(text: str, words: list[str]):
    known = ["오늘", "아니", "어제", "주가", "어때?"]
    assert (
        js("return Lab.words_of(given.text, given.known)", {"text": text, "known": known}) == words
    )


# 글로 낸 그림

DATA = {
    "listeners": {
        "hand": {
            "vocabulary": ["가", "나"],
            "softmax": False,
            "layers": [portable.packed("SimpleRNN", W=np.eye(2), U=np.eye(2), b=np.zeros(2))],
            "heads": [
                {
                    "name": "점수",
                    "labels": ["하나"],
                    **portable.packed("Dense", W=np.ones((2, 1)), b=[0]),
                }
            ],
        }
    },
    "settings": {"listener": {"among": ["hand"], "start": "hand"}, "words": {"start": "가 <b>"}},
    "examples": [],
}


def built(tmp_path: Path, text: str, extension: str = "lab"):
    return build_pages(tmp_path, text, extensions=[*SETTINGS["extensions"], extension])


def test_the_first_picture_is_in_the_page_and_text_stays_text(tmp_path: Path):
    page = f"# 쪽\n\n```{{raw}} html\n{portable.page_data(DATA)}\n```\n\n```{{lab}} words\n```\n"
    done = built(tmp_path, page)
    assert done.said == ""
    instrument = done.one(".lab[data-lab=words]")
    assert "모르는 말: ‘<b>’" in instrument.get_text()
    assert not instrument.select("b")
    assert done.one("input[data-setting=words]")["value"] == "가 <b>"


def test_a_page_without_data_is_told(tmp_path: Path):
    assert "page_data를 낸 셀" in built(tmp_path, "# 쪽\n\n```{lab} words\n```\n").said


def test_an_unknown_instrument_is_told(tmp_path: Path):
    said = built(tmp_path, "# 쪽\n\n```{lab} toaster\n```\n").said
    assert "forecast, gates, words, guided" in said
    assert "toaster" in said


@pytest.mark.parametrize(
    ("target", "told"),
    [("gates?unit=99", "칸"), ("gates?colour=red", "colour"), ("toaster", "toaster")],
)
def test_a_link_with_a_wrong_setting_is_told(tmp_path: Path, target: str, told: str):
    said = built(tmp_path, f"# 쪽\n\n{{lab}}`여기 <{target}>`\n").said
    assert told in said
    assert "index.md:3" in said


def test_data_cannot_end_its_own_block():
    text = portable.page_data({"words": "</script><script>alert(1)</script>"})
    (only,) = BeautifulSoup(text, "html.parser")("script")
    assert json.loads(only.string or "") == {"words": "</script><script>alert(1)</script>"}


def test_the_script_is_light():
    bundle = HTML / "_static" / lab.BUNDLE
    assert check_site.gzipped(bundle.read_bytes()) < check_site.LAB_KB["script"]
    data = HTML / "_static" / lab.data_file(lab.PAGE)
    assert check_site.gzipped(data.read_bytes()) < check_site.LAB_KB["weights"]


def test_the_data_of_a_page_wait_in_a_script_of_their_own():
    page = BeautifulSoup(portable.page_data({"a": "</script>"}), "html.parser")
    script = lab.take_data(page)
    assert page.select("script") == []
    assert lab.in_node(f"const window = {{}}; {script} return window.LAB_DATA;", None) == {
        "a": "</script>"
    }
    assert lab.take_data(page) == ""


# 브라우저에서


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    need_tools("chromium")
    return check_site.use_lab(check_site.LOCAL, hostile=HOSTILE, steps=200)


def test_mouse(seen: dict[str, Any]):
    assert seen["scores"][0] != seen["scores"][1]
    assert seen["period"] == "70"
    first, forward, back = seen["equations"]
    assert first == back != forward
    assert abs(seen["dragged"] - 0.3 * 250) < 20
    assert seen["unit"] == "5"
    assert seen["played"] > seen["dragged"]


def test_interventions_are_measured(seen: dict[str, Any]):
    assert "150시점부터" in seen["effect"]
    assert "걸렸습니다" in seen["effect"]


def test_words_are_heard_one_by_one(seen: dict[str, Any]):
    assert seen["words"].startswith("오늘 아니 어제 주가 어때?")
    for word in ("‘<img’", "‘사과’"):
        assert word in seen["unknown"]
    assert "하나는" in seen["empty"]


def test_a_guess_comes_before_the_measure(seen: dict[str, Any]):
    assert seen["locked"] is True
    assert "RMSE" in seen["answer"]


def test_what_is_seen_can_be_taken_and_restored(seen: dict[str, Any]):
    assert seen["restored"]["amplitude"] == "1.5"
    assert seen["restored"]["event"] == "reset"
    assert seen["restored"]["unit"] == "5"
    assert "150시점부터" in seen["restored"]["effect"]
    files = seen["files"]
    assert files["lab-gates.svg"]["start"].startswith("<svg")
    assert files["lab-gates.png"]["start"].startswith("\x89PNG")
    assert files["lab-gates.csv"]["rows"] == 251


def test_keys_move_time_and_it_is_said(seen: dict[str, Any]):
    assert (seen["keyed"], seen["entered"]) == ("1", "2")
    assert seen["said"].startswith("2시점.")


def test_mouse_touch_and_keyboard_do_all_five_alike(seen: dict[str, Any]):
    mouse, touch, keyboard = (seen["driven"][name] for name in ("mouse", "touch", "keyboard"))
    assert mouse == touch == keyboard
    assert mouse["period"] == "20"
    assert mouse["equations"].startswith("1시점")
    assert "150시점부터" in mouse["effect"]
    assert mouse["words"].startswith("내일 매출")
    assert mouse["overflow"] <= 0
    (_, query) = mouse["link"].split("?")
    named = ("period=20", "amplitude=0.5", "t=1", "event=f0")
    assert {*named} <= {*query.partition("#")[0].split("&")}


@pytest.mark.parametrize("name", ["forecast", "gates", "words"])
def test_all_of_an_instrument_is_on_a_projected_screen(seen: dict[str, Any], name: str):
    assert seen["large"][name]["hidden"] <= 0
    assert seen["large"][name]["smallest"] >= 24


def test_hostile_links_are_answered_in_words(seen: dict[str, Any]):
    for query, page in seen["hostile"].items():
        assert page["markup"] == 0, query
        assert page["drawn"] >= 7, query
        assert page["note"], query


def test_without_script_the_first_picture_stands(seen: dict[str, Any]):
    assert seen["off"]["drawn"] >= 7
    assert seen["off"]["controls"] == 0
    assert seen["off"]["told"] == 4


def test_a_random_walk_raises_nothing_and_keeps_nothing(seen: dict[str, Any]):
    assert seen["errors"] == []
    assert seen["shifted"] < 0.01
    assert seen["heap"]["after"] < 1.5 * seen["heap"]["before"] + 1e6
