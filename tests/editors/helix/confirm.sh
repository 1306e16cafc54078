# Helix cannot ask before it applies an edit: in mode `confirm` the changes are staged as ever.
# proves: confirm
. terminal.sh
. helix/helix.sh

fresh
play two
helix SINGLETREE_REVIEW_MODE=confirm shapes.py
choose 4 'Singletree: document'
wait_for "the message" "2 changes in shapes.py wait for Keep or Reject"
wait_for "the change, not made" '^● +7 +return pi \* radius \* radius'
choose 7 'Keep: '
wait_for "what was kept" '^ +7 +return pi \* radius\*\*2'
