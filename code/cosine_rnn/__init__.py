"""코사인으로 배우는 순환 신경망과 LSTM: 책의 모든 실험이 쓰는 꾸러미.

모듈은 왼쪽에 있는 것만 불러옵니다. 시험이 이 차례를 지킵니다.
``checks → signals → windows → cells → config → storage → backend → models → recurrent → recall →
words → refinement → results → training → forecast → metrics → evaluation → sweep → backtest →
grid → plots → recipe_2017 → benchmark → cli``
"""
