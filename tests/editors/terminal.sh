# An editor at a terminal, driven by keys under tmux and watched as a user watches it. For `source`; the script that
# does so is run by tests/editors/run with these set:
#
#   EDITOR_NAME SCENARIO   what it is called in the results and in the names of its screens
#   FOLDER                 a fresh folder: home, state, ws (a workspace under git); bin has `singletree`
#   SINGLETREE_SCREENS     where screens are kept
#
# Nothing here sleeps: a screen is looked at again until it shows what is waited for.
: "${EDITOR_NAME:?}" "${SCENARIO:?}" "${FOLDER:?}" "${SINGLETREE:?}" "${SINGLETREE_SCREENS:?}"
editors=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
socket=singletree-$$-$EDITOR_NAME
ws=$FOLDER/ws
model=

tmux() { command tmux -L "$socket" -f /dev/null "$@"; }
cleanup() {
    tmux kill-server 2>/dev/null || true
    if [ -n "$model" ]; then kill "$model" 2>/dev/null || true; fi
}
trap cleanup EXIT
mkdir -p "$SINGLETREE_SCREENS"

# fresh: an empty home and state, and a new copy of the workspace.
fresh() {
    tmux kill-server 2>/dev/null || true
    rm -rf "$FOLDER"/{home,state,ws,bin}
    mkdir -p "$FOLDER"/{home/.emacs.d,state,bin}
    ln -s "$SINGLETREE" "$FOLDER/bin/singletree"
    cp -r "$editors/fixtures/workspace" "$ws"
    git -C "$ws" init -q
}

# terminal VARIABLE=VALUE… COMMAND…: runs an editor in the workspace, at a terminal of its own.
terminal() {
    tmux new-session -d -s main -x 110 -y 34 -c "$ws" env -i PATH="$FOLDER/bin:$PATH" TERM=tmux-256color \
        LANG=C.UTF-8 HOME="$FOLDER/home" SINGLETREE_HOME="$FOLDER/state" SINGLETREE="$SINGLETREE" "$@"
}

# trust: as a user does in a shell.
trust() {
    env HOME="$FOLDER/home" SINGLETREE_HOME="$FOLDER/state" "$SINGLETREE" trust "$ws" >"$FOLDER/trust" 2>&1 ||
        fail "$(cat "$FOLDER/trust")"
}

screen() { tmux capture-pane -p -t main; }
keys() { tmux send-keys -t main "$@"; }
# typed TEXT: as it is, without names of keys.
typed() { tmux send-keys -t main -l -- "$1"; }
keep() { screen >"$SINGLETREE_SCREENS/$EDITOR_NAME-$SCENARIO-$1.txt"; }

fail() {
    echo "$1"
    screen || true
    exit 1
}

# holds SECONDS COMMAND…: until it succeeds.
holds() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        read -rt 0.05 <> <(:) || true
    done
}

is_shown() { screen | grep -qE -- "$1"; }
is_gone() { ! is_shown "$1"; }
# shows PATTERN SECONDS
shows() { holds "$2" is_shown "$1"; }

# wait_for WHAT PATTERN
wait_for() { shows "$2" 20 || fail "waited in vain for $1 ($2)"; }
# wait_until_gone WHAT PATTERN
wait_until_gone() { holds 20 is_gone "$2" || fail "waited in vain for $1 to go ($2)"; }
# wait_until WHAT COMMAND…
wait_until() {
    local what=$1
    shift
    holds 20 "$@" || fail "waited in vain for $what"
}

# block FILE LANGUAGE [NTH]: a fenced block of a page, so that what users paste is what is tested.
block() {
    awk -v fence="\`\`\`$2" -v nth="${3:-1}" '
        /^```/ && inside { exit }
        inside { print }
        $0 == fence && ++seen == nth { inside = 1 }
    ' "$1"
}

# play NAME: a model on loopback that answers as models/NAME.mjs says; what it is sent is in $FOLDER/asked.
play() {
    rm -f "$FOLDER/port"
    : >"$FOLDER/asked"
    "$NODE24/bin/node" "$editors/models/serve.mjs" "$1" "$FOLDER/asked" >"$FOLDER/port" 2>&1 &
    model=$!
    holds 10 test -s "$FOLDER/port" || fail "the model $1 does not start"
    mkdir -p "$FOLDER/state/config"
    printf 'model = "local/scripted"\n\n[providers.local]\nkind = "openai-chat"\nbase_url = "http://127.0.0.1:%s/v1"\n' \
        "$(cat "$FOLDER/port")" >"$FOLDER/state/config/config.toml"
}

# asked COUNT: the model was sent so many requests.
asked() { [ "$(wc -l <"$FOLDER/asked")" -ge "$1" ]; }

# same FILE TEXT: what is on disk, byte for byte.
same() { cmp -s "$1" <(printf %s "$2"); }
# saved FILE TEXT
saved() { holds 10 same "$1" "$2" || fail "$1 is not as it should be: $(diff <(printf %s "$2") "$1" | head -n 20)"; }
