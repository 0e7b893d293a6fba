"""코사인으로 배우는 순환 신경망과 LSTM: 책의 모든 실험이 쓰는 꾸러미.

모듈은 왼쪽에 있는 것만 불러옵니다. 자동 검사가 이 차례를 지킵니다.
``checks → notation → signals → changing_signals → linear_tracking → frequency_tracking →
sentences → bigrams → windows → cells → config → storage → backend → models → recurrent → recall →
recall_tuning → words → changing_networks → changing_period → changing_period_tuning → refinement
→ results → training → forecast → metrics → significance → evaluation → sweep → period_budget →
noise_gain → state_start → statistical → backtest → backtest_tuning → grid → plots → recipe_2017 →
recipe_clock → dropout_gap → benchmark → cli``
"""

import os

import threadpoolctl

# 스레드의 수가 다르면 더하는 차례가 달라져, 같은 시드의 훈련도 끝자리부터 갈립니다. 모델이 작아
# 하나면 충분하므로 코어의 수에 매이지 않게 하나로 정합니다. TensorFlow와 SciPy(L-BFGS)는 불러올
# 때 환경 변수를 읽고, 이 꾸러미보다 먼저 불러온 NumPy와 SciPy는 그 수를 다시 정해 주어야 합니다.
for _name in ("TF_NUM_INTRAOP_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
threadpoolctl.threadpool_limits(1, user_api="blas")
