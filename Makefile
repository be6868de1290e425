# make run   a county at work on http://127.0.0.1:8000 (PORT=… for another port); the first time it sets up
# make test  the suite on SQLite and on PostgreSQL (ARGS="tests/audit -k leaf" for a part)
.PHONY: run setup test prove lint lock words
.DEFAULT_GOAL := run
SHELL := bash
ARGS ?=
# the server ends with make, even when make is killed outright
TIED := $(shell command -v setpriv >/dev/null && echo setpriv --pdeathsig TERM)

run:
	@exec $(TIED) bash deploy/run

setup:
	@exec bash deploy/setup

test:
	@exec bash deploy/test $(ARGS)

# the long proofs: many at once, killed on purpose, tampered with
prove:
	@PROVE=1 exec bash deploy/test $(ARGS)

lint:
	@bash deploy/setup dev
	.venv/bin/ruff check .
	.venv/bin/lint-imports

# after a change in pyproject.toml; hashes of all wheels are written, no address of any host
lock:
	@bash deploy/setup dev
	.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --universal pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --universal pyproject.toml -c requirements.lock --group dev -o requirements-dev.lock
	.venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --universal --group npm -o requirements-npm.lock

# after a change in the words of a page: gathers them, and says how many still lack their English
words:
	@bash deploy/setup dev
	.venv/bin/python manage.py makemessages --locale en --no-location --no-obsolete --ignore .venv --ignore node_modules --ignore static --ignore var --ignore tests --ignore bench
	sed -i '/^"POT-Creation-Date\|^"Report-Msgid-Bugs-To/d' locale/en/LC_MESSAGES/django.po
	msgfmt --check-format --statistics -o locale/en/LC_MESSAGES/django.mo locale/en/LC_MESSAGES/django.po
