# A new file, another name for one and the end of a third: kept from the menu, done by Helix.
# proves: files
. terminal.sh
. helix/helix.sh

fresh
play files
text=$(cat "$ws/shapes.py"; echo .)
helix shapes.py
choose 1 'Singletree: document'
wait_for "the message" "wait for Keep or Reject"
menu 4 'Keep: new file docs/plan.md'
keep menu
escape "the menu" 'Singletree: optimize'
[ ! -e "$ws/docs" ] && [ -e "$ws/broken.py" ] || fail "something happened before it was kept"
choose 4 'Keep: new file docs/plan.md'
wait_until "the new file" test -e "$ws/docs/plan.md"
keep created
choose 4 'Keep: delete broken.py'
wait_until "the deleted file to go" test ! -e "$ws/broken.py"
choose 4 'Keep: rename shapes.py to geometry/shapes.py'
wait_until "the renamed file" test -e "$ws/geometry/shapes.py"
keep renamed
save :wa
saved "$ws/docs/plan.md" $'# Plan\n\n- é 🌳\n'
saved "$ws/geometry/shapes.py" "${text%.}"
[ ! -e "$ws/shapes.py" ] || fail "the old name is still there"
