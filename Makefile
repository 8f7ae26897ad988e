# Everything a developer types. `make help` explains it; deploy/local does it.

# pip, a plain installation and the runner itself all want Python 3.11.
PYTHON := $(shell for p in python3 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PYTHON := $(or $(PYTHON),python3)
LOCAL  := $(PYTHON) -m deploy.local

.DEFAULT_GOAL := help
.PHONY: help up down status logs demo test test-env chaos chaos-rabbitmq4 bench asyncapi lint format lock clean restart mutation test-rabbitmq4 test-cluster test-upgrade

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Install what is missing, start everything, say ready:, stay until Ctrl-C (PORT=9090 for another address)
	@$(LOCAL) up $(if $(PORT),--port "$(PORT)")

down: ## Stop what make up runs, from another terminal
	@$(LOCAL) down

restart: ## Start web, worker and mail processes anew one by one, while everything goes on (after a change of the code)
	@$(LOCAL) restart

status: ## Show the running processes, their pids, restarts and ports
	@$(LOCAL) status

logs: ## Follow what all processes write
	@$(LOCAL) logs

demo: ## Tell the whole story against the running system
	@$(LOCAL) demo

test: ## Everything that must pass, on a system of its own (ARGS="-k name" for some, KEEP=1 to keep the system)
	@$(LOCAL) test $(if $(KEEP),--keep) -- $(ARGS)

test-rabbitmq4: ## The tests of the parts and a storm on RabbitMQ 4 from a Debian 13 in .run/debian13 (root; ARGS, KEEP=1 as above)
	@$(LOCAL) test-rabbitmq4 $(if $(KEEP),--keep) -- $(ARGS)

test-cluster: ## Three RabbitMQ nodes as one cluster: a leader is killed, another is cut off, nothing is lost or doubled
	@$(LOCAL) test -- tests/cluster

test-upgrade: ## Workers of an earlier commit beside those of this one, on the same queues and tables (FROM=commit)
	@ADUAN_UPGRADE_FROM=$(FROM) $(LOCAL) test -- tests/upgrade

test-env: ## Keep a test system running, so that make test starts at once
	@$(LOCAL) test-env

chaos: ## Storm a system of its own and judge it (ARGS="--complaints 5000 --kills 100 --seed 7" for a long one)
	@$(LOCAL) chaos -- $(ARGS)

chaos-rabbitmq4: ## The same storm on RabbitMQ 4 from a Debian 13 in .run/debian13 (root; ARGS as above)
	@$(LOCAL) chaos --rabbitmq4 -- $(ARGS)

bench: ## Measure speed and memory beside their yardsticks, on a system of its own (ARGS="relay rpc --rounds 5" for some)
	@$(LOCAL) bench -- $(ARGS)

mutation: ## Break the rules of sla piece by piece and see whether a test notices (ARGS="services.sla.domain.steps*" for some)
	@test -d .run/mutation || { mkdir -p .run && $(PYTHON) -m venv .run/mutation; }
	@.run/mutation/bin/pip install --quiet --require-hashes -r requirements/mutation.txt
	@nice -n 15 .run/mutation/bin/mutmut run --max-children 2 $(ARGS); .run/mutation/bin/mutmut results

lint: ## Check style, types and who imports whom
	@$(LOCAL) lint

format: ## Put all Python files into the common style
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix --quiet .

lock: ## Write requirements/*.txt anew from requirements/*.in (needs uv)
	@command -v uv >/dev/null || { echo "uv is needed to lock: pip install uv"; exit 1; }
	@for set in app dev mutation; do \
	  uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-annotate --no-header requirements/$$set.in -o requirements/$$set.txt || exit 1; \
	done

clean: ## Throw away all data of this checkout (.run); refuses while something runs
	@$(LOCAL) clean

asyncapi: ## Have the official AsyncAPI parser (npm) read docs/events/asyncapi.json
	@command -v npm >/dev/null || { echo "npm is needed: sudo apt-get install npm"; exit 1; }
	@mkdir -p .run/asyncapi && cp tests/contract/asyncapi/*.* .run/asyncapi/
	@npm --prefix .run/asyncapi ci --ignore-scripts --no-audit --no-fund --loglevel error
	@node .run/asyncapi/check.mjs docs/events/asyncapi.json
