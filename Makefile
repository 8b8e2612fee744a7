# The commands of this project. Each does its own set-up (.ci/setup) and can be the first one on a fresh machine.
# `exec`, so that a signal sent to make reaches the script, which stops what it started.
# For `.ci/tools.sh`, which is sourced.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help run test weigh end-to-end test-long faults guards side-by-side bench check fmt sqlx lint-deps advisories

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20
run: ## everything, with demo data, on http://127.0.0.1:3000 (ADDR=127.0.0.1:4000 moves it)
	@exec .ci/demo
test: ## what every change must pass
	@exec .ci/test
end-to-end: ## the part of it in a browser; STORIES="02 groups" takes the files whose names have one of these in them
	@.ci/setup test && . .ci/tools.sh && cargo leptos build --split && exec npm test --silent --prefix end2end -- $(STORIES)
check: ## the quick part of it: format, lints, unit tests
	@exec .ci/check
lint-deps: ## licenses, bans and sources of the dependencies, unused ones, and the scripts
	@exec .ci/lint-deps
advisories: ## what is known to be wrong with a dependency, by a clone of the RustSec database (DB=DIR)
	@exec .ci/advisories "$(DB)"
fmt: ## formats the code
	@.ci/setup && . .ci/tools.sh && exec cargo fmt --all
sqlx: ## describes the queries anew, after a change of a query or a migration
	@.ci/setup && PG_FAST=1 exec .ci/postgres .data/postgres-sqlx -- .ci/sqlx write
faults: ## long faults: workers killed a hundred times, a database away for a minute
	@exec .ci/faults
weigh: ## what each page makes a browser load, as released, against its budget
	@exec .ci/weigh
bench: ## the hub on ten million runs, beside PostgreSQL itself (25 GB of disk, half an hour the first time)
	@exec .ci/bench
guards: ## checks of access removed one at a time: each must be missed (GUARDS_COUNT of them, default 20, by GUARDS_SEED)
	@exec .ci/guards $(or $(GUARDS_COUNT),20)
side-by-side: ## the release of .ci/compatible-with and this one beside each other on one database
	@exec .ci/side-by-side
test-long: faults guards side-by-side weigh bench ## what takes longer than `make test`
