# CRLF, characters outside of the basic plane and a last line without an end: every byte of the saved file.
# proves: encodings
. terminal.sh
. helix/helix.sh

fresh
play wide
printf 'def f(x):\r\n    return x\r\n# 🌳𝒳 é' >"$ws/wide.py"
helix wide.py
# Helix would end the last line at every save, of its own accord.
typed ':set insert-final-newline false'
keys Enter
choose 1 'Singletree: document'
wait_for "the message" "2 changes in wide.py wait for Keep or Reject"
choose 3 'Keep: '
wait_for "the last line" "LAST = '𝒳'"
choose 2 'Keep: '
wait_for "the other one" "^ +2 +return x \\+ '🌳'"
keep kept
save
saved "$ws/wide.py" $'def f(x):\r\n    return x + \'🌳\'\r\n# 🌳𝒳 é kept\r\nLAST = \'𝒳\''
