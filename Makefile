# make run        install, train on the embedded digits, score, draw
# make test       run every cell of every notebook, and all checks
# make lab        open the notebooks in JupyterLab
# make notebooks  execute all notebooks in full, in place, and clean them
# make bench      time the package beside its peers, alone on the machine; make bench-gpu: on a GPU
# make readme     write README.md from nbs/index.ipynb
# make mutants    plant a hundred bugs in the package, one at a time, and see whether the tests notice
# make coverage   which lines of the package the notebooks run
# make load       an hour of runs that are interrupted, resumed, scored and drawn: nothing may grow
# make test-oldest  run the tests of the package with the oldest versions that settings.ini allows
# make site       write the course as a web page into _docs, from the saved notebooks

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test lab notebooks bench bench-gpu readme site mutants coverage load test-oldest clean

run: .venv/installed
	$(BIN)/contrastive-tutorial run

test: .venv/installed
	$(BIN)/python .ci/test.py

lab: .venv/installed
	$(BIN)/jupyter lab nbs/index.ipynb

notebooks: .venv/installed
	$(BIN)/python .ci/notebooks.py

bench: .venv/bench
	$(BIN)/python .ci/bench.py

bench-gpu: .venv/bench
	$(BIN)/python .ci/bench.py cuda

readme: .venv/installed
	$(BIN)/python .ci/readme.py

site: .venv/site
	$(BIN)/python .ci/site/website.py

mutants: .venv/installed
	$(BIN)/python .ci/mutants.py

coverage: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'coverage>=7.6'
	$(BIN)/python .ci/covered.py

load: .venv/installed
	$(BIN)/python .ci/load.py

test-oldest: .venv-oldest/installed
	.venv-oldest/bin/python .ci/oldest.py test

.venv-oldest/installed: settings.ini setup.py .ci/oldest.py
	$(PYTHON) -m venv .venv-oldest
	$(PYTHON) .ci/oldest.py versions > .venv-oldest/constraints.txt
	.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check -c .venv-oldest/constraints.txt -e '.[dev]'
	touch .venv-oldest/installed

# what only the web page needs, installed when it is first asked for
.venv/site: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[site]'
	touch .venv/site

# the peers that the benchmarks need
.venv/bench: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	touch .venv/bench

# the environment is made anew when what it depends on changes
.venv/installed: settings.ini setup.py
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ". Say make PYTHON=python3.12, or the like.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch .venv/installed

clean:
	rm -rf .venv .venv-oldest build dist *.egg-info _proc _docs
