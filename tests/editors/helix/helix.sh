# Helix with the settings of its page, for `source` after terminal.sh.
: "${HELIX_ROOT:?}"
page=$editors/../../editors/helix/README.md

# helix VARIABLE=VALUE… FILE: a fresh editor on what is in the workspace
helix() {
    local variables=()
    while [[ ${1:-} =~ ^[A-Z_]+= ]]; do variables+=("$1"); shift; done
    mkdir -p "$FOLDER/home/.config/helix"
    block "$page" toml 1 >"$FOLDER/home/.config/helix/languages.toml"
    block "$page" toml 2 >"$FOLDER/home/.config/helix/config.toml"
    terminal "${variables[@]}" HELIX_RUNTIME="$HELIX_ROOT/usr/lib/hx/runtime" "$HELIX_ROOT/usr/bin/hx" "$1"
    wait_for "the file" "^ NOR +$1"
}

# escape WHAT PATTERN: waits until that is gone. What is typed right behind an Escape would be taken for Alt with it.
escape() {
    keys Escape
    wait_until_gone "$1" "$2"
}

# insert KEY TEXT: types in insert mode and leaves it.
insert() {
    keys "$1"
    wait_for "insert mode" '^ INS '
    typed "$2"
    escape "insert mode" '^ INS '
}

# line NUMBER: goes there.
line() {
    typed "${1}G"
    wait_for "line $1" "sel +$1:"
}

# menu LINE TITLE: opens the code-action menu there, again and again until it has the entry.
menu() {
    local deadline=$((SECONDS + 20)) own=' Singletree: document( |$)'
    line "$1"
    until is_shown " $2"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for the entry $2"
        if is_shown "$own"; then escape "the menu" "$own"; fi
        keys Space a
        shows "$own" 3 || true
    done
}

# choose LINE TITLE [NAME]: takes the entry; NAME keeps the screen with the menu.
choose() {
    local above
    menu "$1" "$2"
    [ -z "${3:-}" ] || keep "$3"
    above=$(screen | grep -oE ' (Approve…|Keep|Reject|Show all|Singletree: [a-z]).*' | grep -nE "^ $2" | head -n 1 | cut -d: -f1)
    for ((; above > 1; above--)); do keys Down; done
    keys Enter
}

# save [COMMAND]
save() {
    typed "${1:-:w}"
    keys Enter
}
