"""글의 끝을 어떻게 소리 내어 읽는지. 답은 한국어의 규칙에서 왔고, 코드에서 오지 않았습니다."""

from __future__ import annotations

import formula_reading
import korean_reading
import pytest
from hypothesis import given
from hypothesis import strategies as st

# 앞말, 마지막에 소리 내는 음절. 수는 한자말로 읽고, 소수점 아래는 한 자리씩 읽습니다.
NUMBERS = {
    **dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True)),
    **{"10": "십", "20": "십", "110": "십", "1990": "십", "100": "백", "1,200": "백"},
    **{"12,400": "백", "1,000": "천", "5000": "천", "10,000": "만", "250,000": "만"},
    **{"1,000,000": "만", "30,000,000": "만", "100,000,000": "억", "2,000,000,000": "억"},
    **{"1,000,000,000,000": "조", "1,234": "사", "40,852": "이", "2017": "칠", "101": "일"},
    **{"0.1": "일", "0.869": "구", "0.0020": "영", "1.19": "구", "0.25": "오", "3.0": "영"},
    **{"1.50": "영", "0.007": "칠", "12.6": "육", "10.0": "영", "20.1": "일", "-0.5": "오"},
    **{"−3": "삼", "+1": "일", "5%": "트", "99.5%": "트", "1/4": "일", "3/16": "삼"},
    **{"1/10": "일", "½": "일", "¾": "삼", "3.15.1": "일", "05_10": "십", "±0.3": "삼"},
    **{"10⁻⁴": "승", "4×10⁻⁴": "승", "2.5×10⁻¹⁴": "승", "10⁸": "승", "x²": "곱", "5³": "곱"},
    **{"h₁": "일", "x₂": "이", "30–120": "십", "0에서 1": "일", "50,100": "백"},
}
COUNTED = {
    **{"그림 9": "구", "그림 16": "육", "그림 10": "십", "표 3": "삼", "코드 2": "이"},
    **{"식 (1)": "일", "식 (2)": "이", "식 (10)": "십", "(7)": "칠", "[0, 1]": "일"},
    **{"2.3배": "배", "40개": "개", "5번": "번", "3시점": "점", "100만": "만", "4분의 1": "일"},
    **{"20 ms": "초", "90 s": "초", "3 MB": "트", "78 GiB": "트", "60 Hz": "츠", "3 µs": "초"},
}
WORDS = {
    **{"LSTM": "엠", "RNN": "엔", "MLP": "피", "GRU": "유", "MSE": "이", "RMSE": "이"},
    **{"AR": "알", "BPTT": "티", "L-BFGS": "스", "XLA": "이", "CPU": "유", "HTML": "엘"},
    **{"CSV": "이", "URL": "엘", "ETS": "스", "API": "이", "F": "프", "H": "치", "Z": "트"},
    **{"MASE": "스", "ReLU": "루", "Adam": "담", "Keras": "스", "tanh": "트", "NumPy": "이"},
    **{"Elman": "먼", "Python": "썬", "TensorFlow": "로", "ARIMA": "마", "Adagrad": "드"},
    **{"Glorot": "로", "Theta": "타", "SciPy": "이", "Jordan": "던", "Colab": "랩"},
    **{"PDF": "프", "JSON": "슨", "ICML": "엘", "W1": "일", "T": "티", "x": "스", "R": "알"},
    **{"α": "파", "ε": "론", "σ": "마", "ω": "가", "Δ": "타", "2π": "이"},
    **{"상태": "태", "창": "창", "값": "값", "길": "길", "코사인": "인", "읽기": "기"},
}
CLOSED = {
    **{"'주가'": "가", "‘오늘’": "늘", '"높아?"': "아", "“몇이야?”": "야", "『책』": "책"},
    **{"「글」": "글", "*창*": "창", "'LSTM'": "엠", "(다음 값)": "값", "말…": "말"},
    # 괄호가 말에 바로 붙으면 덧붙인 말이라, 괄호 앞의 말에 맞춥니다.
    **{"다층 퍼셉트론(MLP)": "론", "은닉 상태(hidden state)": "태", "창(window)": "창"},
    **{"순환 신경망(RNN, 1990)": "망", "LSTM(1997)": "엠", "‘값’(value)": "값"},
    # 말 뒤의 인용은 읽지 않습니다. 앞에 말이 없으면 인용이 곧 말입니다.
    **{"Elman [1990]": "먼", "Hochreiter and Schmidhuber [1997]": "버", "Olah [2015a]": "라"},
    **{"조리법 [tykimos, 2017]": "법", "L-BFGS [Liu and Nocedal, 1989]": "스"},
    **{"[Elman, 1990]": "십", "보입니다. [Elman, 1990]": "십", "범위 [0, 2017]": "칠"},
}
CODE = {
    **{"fit()": "핏", "fit": "핏", "reset_state": "트", "x @ W": "유", "units": "츠"},
    **{"rnn_cos_lstm_1": "일", "h[-1]": "일", "stateful=True": "루", "epochs=60": "십"},
    **{"keras.Input": "풋", "TrainConfig": "그", "model.fit(x, y)": "핏", "run_rnn": "엔"},
    **{"predict": "트", "return_sequences": "스", "test_cells.py": "이", "window_length": "스"},
}
FORMULAS = {
    **{"h_t": "티", "h_{t-1}": "일", "W": "유", "U": "유", "n": "엔", "k": "이", "L": "엘"},
    **{"x_t\\,W": "유", "h_{t-1} U": "유", "U = 0": "영", "L > 33": "삼", "f^T": "승"},
    **{"a^2": "곱", "1-h_t^2": "곱", "10^{-9}": "승", "x_t^3": "곱", "h_t^{(1)}": "일"},
    **{"\\tfrac12": "일", "\\tfrac14": "일", "\\frac{3}{16}": "삼", "\\frac{a}{b}": "이"},
    **{"\\sigma": "마", "\\epsilon": "론", "\\omega = 2\\pi/P": "이", "\\sigma(z)": "트"},
    **{"\\hat{x}_{t+1}": "일", "\\hat{x}": "햇", "\\bar{y}": "바", "\\tanh 2": "이"},
    **{"[\\tanh 0,\\ \\tanh 2]": "이", "\\tanh(1) \\approx 0.76": "육", "h_0 = [0,\\ 0]": "영"},
    **{"32L + 32 > 32 + 32^2 + 32": "이", "1/(1+e^{-z})": "일", "\\sin^2\\omega/2": "가"},
    **{"\\mathcal{N}(0, s^2)": "곱", "\\mathbb{E}": "이", "\\lVert x \\rVert": "스"},
    **{"1{,}000": "천", "10{,}000": "만", "0.50": "영", "n!": "얼", "x'": "임", "95\\%": "트"},
    **{"\\text{참값}": "값", "\\mathrm{MSE}": "이", "\\sqrt{n}": "엔", "\\theta_1": "일"},
    **{"h_t = \\tanh(x_t W + h_{t-1} U + b)": "비", "\\infty": "대", "\\delta J_t": "티"},
}


@pytest.mark.parametrize(
    ("text", "syllable"), [*NUMBERS.items(), *COUNTED.items(), *WORDS.items(), *CLOSED.items()]
)
def test_last_syllable_read_aloud(text: str, syllable: str):
    assert korean_reading.last_syllable(text) == syllable


@pytest.mark.parametrize(("text", "syllable"), CODE.items())
def test_last_syllable_of_code(text: str, syllable: str):
    assert korean_reading.last_syllable(text) == syllable


@pytest.mark.parametrize(("latex", "syllable"), FORMULAS.items())
def test_last_syllable_of_a_formula(latex: str, syllable: str):
    assert formula_reading.last_syllable(latex) == syllable


@given(st.integers(1, 10**15))
def test_whole_number_is_read_by_its_last_digit_or_its_zeros(number: int):
    zeros = len(str(number)) - len(str(number).rstrip("0"))
    units = ["", "십", "백", "천", *("만",) * 4, *("억",) * 4, *("조",) * 4]
    expected = units[zeros] or "영일이삼사오육칠팔구"[number % 10]
    assert korean_reading.last_syllable(f"{number:,}") == expected
    assert korean_reading.last_syllable(str(number)) == expected


@given(st.decimals(0, 10, places=3))
def test_decimal_is_read_digit_by_digit(number):
    text = f"{number:f}"
    assert korean_reading.last_syllable(text) == "영일이삼사오육칠팔구"[int(text[-1])]


@pytest.mark.parametrize("section", korean_reading.lexicon())
def test_every_reading_ends_in_a_syllable(section: str):
    for word, reading in korean_reading.lexicon()[section].items():
        assert isinstance(word, str)
        assert korean_reading.is_hangul(reading[-1]), word


@pytest.mark.parametrize(
    ("text", "word"), [("Qwertz", "Qwertz"), ("→", "→"), ("", ""), ("새 zzyx", "zzyx")]
)
def test_unknown_reading_names_the_word(text: str, word: str):
    with pytest.raises(korean_reading.UnknownReadingError) as error:
        korean_reading.last_syllable(text)
    assert error.value.word == word


def test_unknown_symbol_of_a_formula_is_named():
    with pytest.raises(korean_reading.UnknownReadingError) as error:
        formula_reading.last_syllable(r"x \blacktriangle")
    assert error.value.word == r"\blacktriangle"
