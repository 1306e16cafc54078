# Emacs without a terminal: plays emacs/lsp-mode/SCENARIO.el with the settings of its page.
. terminal.sh
. emacs/emacs.sh

fresh
name=$(sed -n 's/^;; model: //p' "emacs/lsp-mode/$SCENARIO.el")
if [ -n "$name" ]; then play "$name"; fi
block "$page" elisp 2 >"$FOLDER/home/.emacs.d/init.el"
folders=()
for folder in "$EMACS_ROOT"/usr/share/emacs/site-lisp/elpa-src/*; do folders+=(-L "$folder"); done
env -i PATH="$FOLDER/bin:$PATH" TERM=dumb LANG=C.UTF-8 HOME="$FOLDER/home" SINGLETREE_HOME="$FOLDER/state" \
    TEST_WORKSPACE="$ws" FOLDER="$FOLDER" "${emacs_variables[@]}" \
    timeout 60 "${emacs_command[@]}" --batch -Q "${without_compiler[@]}" "${folders[@]}" -l "emacs/lsp-mode/$SCENARIO.el"
