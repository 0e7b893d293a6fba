"""코사인으로 배우는 순환 신경망과 LSTM: 책의 모든 실험이 쓰는 꾸러미.

방이 다섯입니다. 아래에 있는 방은 위에 있는 것을 불러오고, 거꾸로는 하지 않습니다. 방 안의 모듈도
왼쪽에 있는 것만 불러옵니다. 자동 검사가 이 차례를 지킵니다.

- ``support``: 받치는 것들. ``messages → checks → notation → storage → versions → records →
  catalogue → workers → engine → backend``
- ``cosine_rnn``: 책의 줄기, 신호에서 모델을 거쳐 예측까지. ``signals → windows → cells → config →
  models → forecast → refinement → progress → results → window_training → stream_training →
  training → portable → metrics → significance → evaluation → plots``
- ``beyond``: 코사인 너머의 장이 쓰는 신호와 방법. ``changing_signals → linear_tracking →
  frequency_tracking → sentences → bigrams → recurrent → changing_networks → statistical``
- ``exercises``: 노트북에서 연습문제의 답을 보는 것들. ``answers`` 다음에 장마다 파일 하나입니다.
- ``experiments``: 저장해 둔 기록을 만든 실험. 파일 하나가 실험 하나입니다.

그 위에 ``benchmark`` 와 명령줄 ``cli`` 가 있습니다.
"""

import os

import threadpoolctl

# 스레드의 수가 다르면 더하는 차례가 달라져, 같은 시드의 훈련도 끝자리부터 갈립니다. 모델이 작아
# 하나면 충분하므로 코어의 수에 매이지 않게 하나로 정합니다. TensorFlow와 SciPy(L-BFGS)는 불러올
# 때 환경 변수를 읽고, 이 꾸러미보다 먼저 불러온 NumPy와 SciPy는 그 수를 다시 정해 주어야 합니다.
for _name in ("TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
threadpoolctl.threadpool_limits(1, user_api="blas")
