# Emacs without a terminal: plays emacs/SCENARIO.el with the settings of Emacs's page.
. terminal.sh
. emacs/emacs.sh

fresh
name=$(sed -n 's/^;; model: //p' "emacs/$SCENARIO.el")
if [ -n "$name" ]; then play "$name"; fi
block "$page" elisp 1 >"$FOLDER/home/.emacs.d/init.el"
env -i PATH="$FOLDER/bin:$PATH" TERM=dumb LANG=C.UTF-8 HOME="$FOLDER/home" SINGLETREE_HOME="$FOLDER/state" \
    TEST_WORKSPACE="$ws" FOLDER="$FOLDER" "${emacs_variables[@]}" \
    timeout 60 "${emacs_command[@]}" --batch -Q "${without_compiler[@]}" -l emacs/lib.el -l "emacs/$SCENARIO.el"
