# Where the parts of a private Emacs are, for `source` after terminal.sh.
: "${EMACS_ROOT:?}"
page=$editors/../../editors/emacs/README.md
share=$(echo "$EMACS_ROOT"/usr/share/emacs/[0-9]*)
libexec=$(echo "$EMACS_ROOT"/usr/libexec/emacs/*/*-linux-gnu)
loads=$(find "$share/lisp" -type d -printf '%p:')
emacs_variables=(EMACSLOADPATH="${loads%:}" EMACSDATA="$share/etc" EMACSDOC="$share/etc"
    EMACSPATH="$libexec")
emacs_command=("$EMACS_ROOT/usr/bin/emacs-nox" --dump-file="$(echo "$libexec"/emacs-*.pdmp)")
# The private root has libraries for gcc and no gcc.
without_compiler=(--eval '(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil)')

# emacs VARIABLE=VALUE… FILE: a fresh Emacs on what is in the workspace
emacs() {
    {
        echo "(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil auto-save-default nil)"
        block "$page" elisp 1
    } >"$FOLDER/home/.emacs.d/init.el"
    terminal "${emacs_variables[@]}" "${emacs_command[@]}" -nw --no-site-file "${without_compiler[@]}" "$1"
    wait_for "the server" "Connected! Server .singletree"
}

# line NUMBER: goes there.
line() {
    keys M-g M-g
    wait_for "the question for a line" 'Goto line'
    typed "$1"
    keys Enter
    wait_for "line $1" " L$1 "
}

# choose LINE TITLE [NAME]: opens the menu, again and again until it has the entry, and takes it; NAME keeps the screen.
choose() {
    local deadline=$((SECONDS + 20)) alone='^1/1 .*Pick an action'
    line "$1"
    until is_shown "$alone"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for the entry $2"
        if is_shown 'Pick an action'; then
            keys C-g
            wait_until_gone "the menu" 'Pick an action'
        fi
        keys C-c a
        wait_for "the menu" '^1/[0-9]+ .*Pick an action'
        [ -z "${3:-}" ] || keep "$3"
        typed "$2"
        shows "$alone" 2 || true
    done
    keys Enter
    wait_until_gone "the menu" 'Pick an action'
}
