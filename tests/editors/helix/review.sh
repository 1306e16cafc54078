# A code action on an unsaved buffer: two hunks, one kept, one rejected, undone and done again, and saved.
# proves: staged, undo, inline-diff
. terminal.sh
. helix/helix.sh

fresh
play two
helix shapes.py
text=$(cat "$ws/shapes.py"; echo .)
text=${text%.}
insert O '# unsaved'
choose 2 'Singletree: document' menu
wait_for "the message" "2 changes in shapes.py wait for Keep or Reject"
wait_for "where they are" '^● +8 '
line 8
wait_for "the change below its line" '\+    return pi \* radius\*\*2'
keep hint
same "$ws/shapes.py" "$text" || fail "something was written before it was kept"

choose 8 'Keep: ' keep-menu
wait_for "what was kept" '^ +8 +return pi \* radius\*\*2'
choose 12 'Reject: ' reject-menu
wait_until_gone "what was rejected" '^● +12 '
keys u
wait_for "what was there before" '^ +8 +return pi \* radius \* radius'
keys U
wait_for "what was kept, again" '^ +8 +return pi \* radius\*\*2'
keep kept
save
saved "$ws/shapes.py" "# unsaved
${text/radius \* radius/radius**2}"

# What is decided is offered again by `space i u`, unlike by undo.
line 8
keys Space i u
wait_for "what was rejected, offered again" '^● +12 '
choose 12 'Keep: '
wait_for "it in the text" '^ +12 +scaled = '
save
saved "$ws/shapes.py" "# unsaved
$(sed -e 's/radius \* radius/radius**2/' -e 's/return \[value \* factor for value in values\]/scaled = [factor * value for value in values]\n    return scaled/' <<<"${text%$'\n'}")
"
