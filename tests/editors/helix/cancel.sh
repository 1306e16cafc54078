# A turn whose model never ends is shown while it runs, and stopped from the menu.
# proves: cancel, progress
. terminal.sh
. helix/helix.sh

fresh
play held
helix shapes.py
choose 4 'Singletree: document'
wait_for "progress" 'singletree: .*document .*writing'
keep progress
choose 4 'Singletree: stop “document”' menu
wait_for "how it ended" 'stopped; nothing is proposed'
keep stopped
wait_until "the model's connection to be closed" grep -q closed "$FOLDER/asked"
menu 4 'Singletree: document'
is_gone 'Singletree: stop' || fail "a turn that was stopped can be stopped again"
