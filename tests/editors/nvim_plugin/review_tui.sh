# The review of the Neovim plugin at a terminal.
# proves: staged, undo, inline-diff, streaming, files
. nvim_plugin/terminal.sh

# start FILE ARGUMENT…: a fresh editor on a file, one of them in a language that tree-sitter knows
start() {
    local file=$1
    shift
    workspace
    cp nvim_plugin/list.lua.txt "$ws/list.lua"
    seq -f 'line %g of it' 100 >"$ws/long.txt"
    COLUMNS=100 LINES=30 neovim -u nvim_plugin/tui.lua -c "cd $ws" "$@" "$ws/$file"
    wait_for "the server" "^attached"
}

run() { keys ":lua require('plugin').run('document')" Enter; }

LIST='{"calls": [["read", {"path": "list.lua"}]]}, {"calls": [
  ["edit", {"path": "list.lua", "old_text": "local M = {}\n", "new_text": "-- Lists.\nlocal M = {}\n"}],
  ["edit", {"path": "list.lua", "old_text": "  local found = {}\n", "new_text": "  local found, count = {}, 0\n"}],
  ["edit", {"path": "list.lua", "old_text": "  -- To be removed.\n  print(\"debug\", #list)\n", "new_text": ""}],
  ["edit", {"path": "list.lua", "old_text": "  for i = 1, #list do\n    found[list[i]] = true\n  end\n",
    "new_text": "  for _, each in ipairs(list) do\n    found[each] = true\n    count = count + 1\n  end\n"}],
  ["edit", {"path": "list.lua", "old_text": "return M\n", "new_text": "\n--- The end.\nreturn M\n"}]]}'
LIST=${LIST//$'\n'/}

# What is proposed, in the language's colours; the keys stand at the hunk at the cursor.
for background in dark light; do
    script "$LIST"
    start list.lua --cmd "set background=$background"
    run
    wait_for "the last hunk" "The end"
    keys ']h'
    wait_for "the keys" "gk keep"
    keep "1-pending-$background"
    keys ']h' ']h'
    keep "2-deletion-$background"
done

keys ':Singletree why' Enter
wait_for "the float" "waits for Keep or Reject"
keep 3-why
keys Escape ':Singletree hunks' Enter
wait_for "the list" "Quickfix|quickfix|proposed changes"
keep 4-hunks
keys ':cclose' Enter ':Singletree diff' Enter
wait_for "the diff" "│ +-- Lists"
keep 5-diff
keys ':tabclose' Enter ':vsplit' Enter
wait_for "two windows of the file" "Lists.*│.*Lists"
keep 6-split
keys ':only' Enter ':setlocal sw=2 foldmethod=indent foldlevel=0' Enter
wait_for "the fold" "^..\+-- "
keep 7-folds
keys 'gg' ']h' ']h'
wait_for "the fold to open" "local found, count"
keep 8-fold-opened
keys ':set nofoldenable' Enter 'gg' ']h' ']h' 'A' ', more' Escape
wait_for "the conflict" "conflicts with your text"
keep 9-conflict

# While it is written.
script '{"calls": [["read", {"path": "list.lua"}]]}, {"heldCall": [["edit", {"path": "list.lua", "old_text": "  local found = {}\n", "new_text": "  -- first line\n  local one = 1\n  local two = 2 -- HERE\n  local three = 3\n"}], "HERE"]}'
start list.lua
run
wait_for "the stream" "local one"
keep 10-streaming
release
wait_for "the whole" "local three"
keep 11-streamed

# Above the first line and beneath the last one, for who comes there from elsewhere; in a small window, too.
script '{"calls": [["read", {"path": "long.txt"}]]}, {"calls": [["edit", {"path": "long.txt", "old_text": "line 1 of it\n", "new_text": "the very top\nline 1 of it\n"}], ["edit", {"path": "long.txt", "old_text": "line 100 of it\n", "new_text": "line 100 of it\nthe very end\n"}]]}'
start long.txt
keys '50G'
wait_for "the middle" "line 50 of it"
run
wait_for "the changes" " 2 proposed"
keys ']h'
wait_for "the end" "the very end"
keep 16-end
keys 'gg'
wait_for "the top" "the very top"
keep 17-top
keys ':8split' Enter 'G' '[h'
wait_for "the status line of the small window" "long.txt.* 1,1"
wait_for "the top in the small window" "the very top"
keys '50G'
wait_for "the middle" "line 50 of it"
keys "\`\`" 'zt'
keep 18-small

# Files that come, go and move.
script '{"calls": [["read", {"path": "shapes.py"}], ["read", {"path": "broken.py"}]]}, {"calls": [["write", {"path": "fresh.lua", "text": "local M = {}\n\nreturn M\n"}], ["delete", {"path": "broken.py"}], ["move", {"from": "shapes.py", "to": "forms.py"}]]}'
start shapes.py
run
wait_for "the rename" "to be renamed to forms.py"
keep 12-rename
keys ']H'
wait_for "the first file" "file 1 of 3"
keep 13-delete
keys ']H'
wait_for "the second file" "file 2 of 3"
keep 14-create
keys ']H'
wait_for "the third file" "file 3 of 3"
keep 15-rename
