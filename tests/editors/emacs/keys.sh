# What batch does not show, at a terminal: marks and menus, Keep while Emacs waits for its command, the diff of all,
# a permission prompt that was closed and brought back, a turn that is stopped.
# proves: staged, undo, cancel, progress, permission, stale
. terminal.sh
. emacs/emacs.sh

fresh
play two
emacs shapes.py
choose 4 'Singletree: document' menu
wait_for "the message" "2 changes in shapes.py wait for Keep or Reject"
wait_for "where they are" '^! +return pi'
keep hints
choose 7 'Keep: document shapes.py' keep-menu
wait_for "what was kept" '^ +return pi \* radius\*\*2'
wait_for "one mark" 'Flymake\[0 0 1\]'
is_gone 'could not be made' || fail "what was kept is said not to be"
# show LINE: the diff of all, in which the change stands at that line
show() {
    keys C-c s
    wait_for "the choice" '^1/5 Singletree:'
    typed show
    keys Enter
    wait_for "the diff" "^@@ line $1 @@"
}
show 11
line 1
typed '# above'
keys Enter
wait_for "the other mark, moved along" '^! +return \[value'
# What was shown before is another text now.
show 12
keep diff
# The keyboard is where it was.
choose 12 'Reject: document shapes.py'
wait_for "no mark" 'Flymake\[0 0\]'
keys C-x C-s
saved "$ws/shapes.py" "# above
$(sed 's/radius \* radius$/radius**2/' "$editors/fixtures/workspace/shapes.py")
"
for _ in 1 2 3 4; do
    is_shown '^ +return pi \* radius \* radius' || keys C-/
    shows '^ +return pi \* radius \* radius' 1 || true
done
wait_for "what was there before" '^ +return pi \* radius \* radius'

fresh
play permission
trust
emacs shapes.py
choose 4 'Singletree: document'
wait_for "the question" 'wants to run .touch first.txt'
keep prompt
keys C-a C-k
typed 'Allow'
wait_for "the answer" '^Allow once'
keys Enter
wait_for "the second question" 'wants to run .touch second.txt'
keys C-g
wait_until_gone "the prompt" 'wants to run'
choose 4 'Approve… run `touch second.txt`' approve-menu
wait_for "the question again" 'wants to run .touch second.txt'
keys Enter
wait_until "the model to be told" asked 3
wait_for "the end" '1 change in first.txt waits for Keep or Reject'

fresh
play held
emacs shapes.py
choose 4 'Singletree: document'
wait_for "progress" 'eglot:ws/\?%'
keep progress
choose 4 'Singletree: stop “document”' stop-menu
wait_for "how it ended" 'stopped; nothing is proposed'
