# A user at a terminal: a real Neovim TUI, driven by keys.
# proves: staged, undo, prose, confirm
. terminal.sh
: "${NEOVIM_ROOT:?}"

# start VARIABLE=VALUE…: a fresh editor on a fresh workspace
start() {
    fresh
    terminal SINGLETREE_MODEL=rules TEST_WORKSPACE="$ws" VIMRUNTIME="$NEOVIM_ROOT/usr/share/nvim/runtime" "$@" \
        "$NEOVIM_ROOT/usr/bin/nvim" -u "$editors/nvim/init.lua" -c 'autocmd LspAttach * echo "attached"' "$ws/shapes.py"
    wait_for "the file" "def circle_area"
    wait_for "the server" "^attached"
}

# choose PATTERN NAME: opens the code-action menu, again and again until an entry matches, keeps the screen as NAME
# and takes the entry.
choose() {
    local number deadline=$((SECONDS + 20))
    until screen | grep -qE "^[0-9]+: .*$1"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for the menu with $1"
        # A menu without the entry and a long message both end with an empty answer.
        if screen | grep -qE "$prompt"; then
            keys Enter
            keys ':echo "dismissed"' Enter
            shows '^dismissed' 3 || true
        else
            keys ':lua vim.lsp.buf.code_action()' Enter
            shows "$prompt" 3 || true
        fi
    done
    keep "$2"
    number=$(screen | grep -E "^[0-9]+: .*$1" | tail -n 1 | cut -d: -f1)
    keys "$number" Enter
}
prompt='^Type number|^Press ENTER'

# At a function, under an unsaved first line: document it, read what is proposed, keep it, take it back.
start
keys 'O' '# unsaved' Escape
keys ':6' Enter
choose 'document' 1-menu
wait_for "the message" "waits for Keep or Reject"
wait_for "the hint's sign" "^H +if radius"
keep 2-hint
keys ':lua vim.diagnostic.open_float()' Enter
wait_for "what is proposed" '\+ +"""'
keep 3-float
keys ':5' Enter
choose 'Show all' 4-keep-menu
wait_for "the diff" '^\+ +"""'
keep 5-diff
keys ':only' Enter
choose 'Keep' 6-keep-menu
wait_for "the kept docstring" '^ *"""'
keep 7-kept
keys 'u'
keys ':echo "undone"' Enter
wait_for "the command line" "^undone"
if screen | grep -qE '^ *"""'; then fail "undo left the kept text"; fi
choose 'explain' 8-menu
wait_for "the answer" "circle_area.* is a function|# .*circle_area|\`circle_area\`"
keep 9-explain

# Where the editor can confirm, it asks; what the user declines is not in the buffer and is still offered.
start SINGLETREE_REVIEW_MODE=confirm
keys ':5' Enter
choose 'document' 10-menu
wait_for "the question or the message" "\[Y\]es|\(Y\)es|waits for Keep or Reject"
if screen | grep -qE '\[Y\]es|\(Y\)es'; then
    keep 11-confirm
    keys 'n'
    wait_for "the notice" "offered again"
fi
wait_for "the hint's sign" "^H +if radius"
choose 'Keep' 12-declined
wait_for "the kept docstring" '^ *"""'
keep 13-kept
