"""순환 신경망 장의 연습문제."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from cosine_rnn.exercises.answers import (
    NAME,
    EmptyError,
    Exercise,
    UnreadableError,
    choice,
    number,
    numbers,
    shown,
)


def sentence_pair(value: Any) -> np.ndarray:
    """두 문장의 사이: 0은 차례만 다름, 1은 같은 문장, 2는 단어가 다름, 3은 단어의 수가 다름."""
    if value is None:
        raise EmptyError
    texts = list(value) if isinstance(value, list | tuple) else []
    if len(texts) != 2 or not all(isinstance(text, str) for text in texts):
        raise UnreadableError(
            f'문장 둘을 ("문장", "문장")처럼 적어야 합니다. 받은 것은 {shown(value)}입니다.'
        )
    first, second = (text.split() for text in texts)
    if not (first and second):
        raise EmptyError
    if len(first) != len(second):
        return np.array(3.0)
    if Counter(first) != Counter(second):
        return np.array(2.0)
    return np.array(1.0 if first == second else 0.0)


another_pair = Exercise(
    stub=f'# 단어가 똑같고 차례만 다른 두 문장\n{NAME} = ("", "")',
    empty=f"`{NAME}`에 단어가 똑같고 차례만 다른 두 문장을 적고 두 셀을 다시 실행하십시오.",
    read=sentence_pair,
    right=("빨간 모자와 파란 가방을 샀다", "파란 모자와 빨간 가방을 샀다"),
    confirm="단어의 개수만 세면 두 문장이 같아집니다. 뜻이 다른지는 소리 내어 읽어 보십시오.",
    wrong=[
        (
            ("형이 동생보다 크다", "동생이 형보다 크다"),
            "띄어쓰기로 나눈 단어가 다릅니다. 조사가 붙은 '형이'와 '형보다'는 다른 단어입니다. "
            "조사가 붙지 않은 단어를 맞바꾸십시오.",
        ),
        (
            ("오늘 어제 주가", "오늘 어제 주가"),
            "같은 문장입니다. 단어는 그대로 두고 차례만 바꾸십시오.",
        ),
        (
            ("오늘 주가 어때", "오늘 주가"),
            "단어의 수가 다릅니다. 단어 주머니는 단어마다 몇 번 나왔는지도 셉니다.",
        ),
    ],
    otherwise="띄어쓰기로 나눈 단어를 하나씩 짝지어 보십시오.",
)

two_orders = numbers(
    '"오늘 어제"를 읽은 뒤의 상태와 "어제 오늘"을 읽은 뒤의 상태',
    right=[-0.551, 0.551],
    within=0.008,
    confirm="단어는 같아도 나중에 읽은 단어 쪽으로 상태가 갈립니다.",
    wrong=[
        (
            [0, 0],
            "두 단어의 가중치를 더하기만 했습니다. 한 단어를 읽고 tanh를 지난 상태를 다음 단어와 "
            "함께 넣어야 합니다. 차례는 거기에서 생깁니다.",
        ),
        (
            [-0.762, 0.762],
            "둘째 단어만 읽은 상태입니다. 이전 상태에 $U$를 곱해 더하십시오.",
        ),
        ([0.551, -0.551], "두 문장이 뒤바뀌었습니다. 나중에 읽은 단어의 부호가 남습니다."),
        ([-0.62, 0.62], "tanh에 넣기 전의 값입니다. 둘째 시점에서도 tanh를 지납니다."),
    ],
    otherwise="h₁ = tanh(W의 첫 단어), h₂ = tanh(W의 둘째 단어 + 0.5 h₁)의 차례로 셈하십시오.",
)

weight_count = number(
    "W, U, b에 있는 수의 개수",
    right=1088,
    within=0.4,
    confirm="거의 모두가 $U$에 있고, 시점의 수는 식에 나오지 않습니다.",
    wrong=[
        (1056, "편향 $b$를 빠뜨렸습니다. 이 책은 편향까지 셉니다."),
        (
            43520,
            "시점마다 가중치를 따로 두었습니다. 순환 신경망은 모든 시점에서 같은 가중치를 씁니다.",
        ),
        (
            96,
            "$U$를 32개로 셌습니다. 은닉 상태의 모든 칸에서 모든 칸으로 가므로 32 × 32입니다.",
        ),
        (64, "$U$가 빠졌습니다. 이전 은닉 상태에 곱하는 행렬이 있습니다."),
    ],
    otherwise="$W$는 입력에서, $U$는 은닉 상태에서 은닉 상태로 갑니다. 모양을 적고 더하십시오.",
)

small_nudge = choice(
    "스무 단어 뒤에 1,000분의 1의 변화는 처음의 몇 배로 남습니까?",
    {
        "가": (
            "1배쯤 남는다",
            "그것은 단어를 통째로 바꾼 흔적입니다. 조금 바꾼 흔적은 따로 재어야 합니다.",
        ),
        "나": (
            "0.1배쯤 남는다",
            "tanh가 −1이나 1에 붙은 자리에서는 조금 흔들어도 값이 거의 움직이지 않습니다. 그 작은 "
            "배율을 스무 번 곱합니다.",
        ),
        "다": (
            "10만분의 1배도 남지 않는다",
            "큰 변화는 남아도 작은 변화는 사라집니다. 훈련은 작은 변화로 배웁니다.",
        ),
        "라": (
            "10배 넘게 커진다",
            "$U$가 커도 상태는 tanh 안에 있습니다. 곱하는 것은 $U$만이 아니라 tanh의 기울기이기도 "
            "합니다.",
        ),
    },
    right="다",
)
