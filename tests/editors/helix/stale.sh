# The user types in a line that is about to change: that change cannot be kept any more, and nothing typed is lost.
# What was typed elsewhere only moves the other.
# proves: stale
. terminal.sh
. helix/helix.sh

fresh
play two
helix shapes.py
choose 4 'Singletree: document'
wait_for "the message" "2 changes in shapes.py wait for Keep or Reject"
line 7
insert A '  # mine'
wait_for "the typed text" 'radius  # mine'
line 1
insert O '# above'
menu 8 'Reject \(conflicts with your text\)'
keep menu
screen | grep -q ' Keep: document' && fail "a change can be kept over what was typed"
escape "the menu" 'Singletree: optimize'
typed ':lsp-workspace-command singletree.review.keep'
keys Enter
wait_for "the other change" '^ +12 +scaled = '
choose 8 'Reject \(conflicts'
wait_until_gone "the conflict" '^● +8 '
keep rejected
save
saved "$ws/shapes.py" "# above
$(sed -e 's/radius \* radius$/&  # mine/' -e 's/return \[value \* factor for value in values\]/scaled = [factor * value for value in values]\n    return scaled/' "$editors/fixtures/workspace/shapes.py")
"
