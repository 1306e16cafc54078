# Permission prompts of an editor without a plugin: allowed once, then left open, brought back and rejected.
# proves: permission
. terminal.sh
. helix/helix.sh

fresh
play permission
trust
helix shapes.py
choose 4 'Singletree: document'
wait_for "the question" 'touch first.txt'
wait_for "its answers" '^ +Allow once'
keep prompt
# Reject is chosen to begin with.
keys Tab Enter
wait_until "the model to be told" asked 2
wait_for "the second question" 'touch second.txt'
escape "the prompt" '^ +Allow once'
choose 4 'Approve… run `touch second.txt`' menu
wait_for "the question again" '^ +Allow once'
keep prompt-again
keys Enter
wait_until "the model to be told" asked 3
tail -n 1 "$FOLDER/asked" | grep -q 'refused' || fail "the model is not told: $(tail -n 1 "$FOLDER/asked" | tail -c 600)"
wait_for "the end" '1 change in first.txt waits for Keep or Reject'
