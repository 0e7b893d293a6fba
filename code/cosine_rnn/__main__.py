"""``python -m cosine_rnn``: 명령줄과 같습니다."""

from cosine_rnn.cli import main

main()
