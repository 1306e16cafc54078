# An instruction in a comment, run where it stands, and an answer in words, opened.
# proves: comment, prose
. terminal.sh
. helix/helix.sh

fresh
play ask
trust
helix shapes.py
line 6
insert o '# singletree: use the power operator'
choose 7 'Singletree: do it: use the power operator' menu
wait_for "the change" "1 change in shapes.py waits for Keep or Reject"
grep -q 'use the power operator' "$FOLDER/asked" || fail "the model was not told"
keep hint
choose 4 'Singletree: explain'
wait_for "the answer" '# Circles'
keep answer
typed ga
wait_for "the file again" '^ NOR +shapes.py'
