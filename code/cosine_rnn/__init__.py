"""코사인으로 배우는 순환 신경망과 LSTM: 책의 모든 실험이 쓰는 꾸러미.

모듈은 왼쪽에 있는 것만 불러옵니다.
``checks → signals → windows → cells → models → training → forecast → evaluation → plots → cli``
"""
