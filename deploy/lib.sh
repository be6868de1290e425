# Shared by the scripts of this folder. Sourced, not run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
PATH="$PATH:/usr/sbin:/sbin" # runuser, ldconfig
export PYTHONUNBUFFERED=1 # what is said is seen at once, also through a pipe
STAMPS=var/stamps

say() { printf '%s\n' "— $*"; }
die() {
    { echo && printf '%s\n' "$@"; } >&2
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# as_root COMMAND…: run it as root, or fail. Asks for a password only where somebody can answer.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

# apt_install PACKAGE…: install them, with fresh lists when the ones at hand do not do.
apt_install() {
    has apt-get || return 1
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@")
    say "installing $* (apt)"
    as_root "${install[@]}" </dev/null >var/apt.log 2>&1 9>&- ||
        { as_root apt-get update -qq >>var/apt.log 2>&1 && as_root "${install[@]}" </dev/null >>var/apt.log 2>&1 9>&-; }
}

# fresh NAME TEXT: tell whether the stamp NAME says TEXT.
fresh() { [ -f "$STAMPS/$1" ] && [ "$(<"$STAMPS/$1")" = "$2" ]; }
stamp() { printf '%s\n' "$2" >"$STAMPS/$1"; }

# hash_of FILE…: one short hash over their content.
hash_of() { cat -- "$@" | sha256sum | cut -c1-32; }
