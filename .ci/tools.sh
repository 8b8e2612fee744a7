# shellcheck shell=bash
# Sourced by the other scripts: what .ci/setup found (which toolchain, where the tools are), what every build of ours has in
# common, and how a step is shown.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034 # for whoever sources this
target=${CARGO_TARGET_DIR:-$root/target}
if [ -e "$root/.data/tools.mk" ]; then
  # Written for make; each line is `export NAME := value`.
  eval "$(sed -n 's/\$(PATH)/$PATH/; s/^export \([A-Z0-9_]*\) := \(.*\)$/export \1="\2"/p' "$root/.data/tools.mk")"
fi

# The same for cargo and for cargo-leptos, which sets it by itself: leptos is compiled differently with it and without.
export LEPTOS_OUTPUT_NAME=tenantatlas
# A DATABASE_URL in the environment is for running, not for checking queries against while compiling; `make sqlx` does that.
export SQLX_OFFLINE=true

# What is compiled and tested on this machine: always all of it, and tests are chosen by their names. A choice of packages would be a
# choice of features as well, and much of what others wrote would be compiled a second time. (`frontend` is the browser's, see .ci/lint;
# cargo-leptos builds `server` alone, which has the same features.)
# shellcheck disable=SC2034 # for those who source this
workspace=(--workspace --exclude frontend)

# step TITLE COMMAND…: says what runs and how long it took; what the command says is shown as it comes.
step() {
  local title=$1 start=$SECONDS code=0
  shift
  printf '\n── %s\n' "$title" >&2
  "$@" || code=$?
  if [ "$code" = 0 ]; then
    printf '── %s: %d s\n' "$title" $((SECONDS - start)) >&2
  else
    printf '── %s: FAILED after %d s\n' "$title" $((SECONDS - start)) >&2
    return "$code"
  fi
}
