# The chat of the Neovim plugin at a terminal.
# proves: chat, permission, streaming
. nvim_plugin/terminal.sh

# start: a fresh editor in a fresh workspace, which is trusted
start() {
    workspace
    trust
    COLUMNS=130 LINES=36 neovim -u nvim_plugin/init.lua -c "cd $ws" -c 'autocmd LspAttach * echo "attached"' "$ws/shapes.py"
    wait_for "the server" "^attached"
}

# An answer streams while the user types the next message; nothing of what they type is lost or moved.
start
keys ':Singletree chat' Enter
wait_for "the panel" "What shall we work on"
keep 1-empty
script '{"held": [{"says": "The area is `pi * radius²`, as **shapes.py:4** has it:\n\n```python\ndef circle_area(radius: float) -> float:\n    return pi * radius * radius\n```\n\n- it takes a radius\n- it answers a number\n"}, {"says": "\nThat is all of it."}]}'
keys 'i' 'What does @s' C-x C-o
wait_for "the completion" "shapes.py  *f"
keep 2-completion
keys C-n C-y ' compute?' C-s
wait_for "the first half" "it answers a number"
keys 'and then'
wait_for "what is typed" "and then"
keep 3-streaming
release
wait_for "the second half" "That is all of it"
wait_for "what was typed" "and then"
keys Escape '0' 'D'
keep 4-answer

# A permission while the user is in insert mode: it stands in the transcript, and typing goes on.
script '{"calls": [["read", {"path": "shapes.py"}], ["grep", {"pattern": "radius"}]]}, {"calls": [["shell", {"command": "touch first.txt"}]]}, {"calls": [["shell", {"command": "touch second.txt"}]]}, {"says": "As you wish."}'
keys 'i' 'Make two files' C-s
wait_for "the permission" "g1 +Allow once"
keys 'still typing g1'
wait_for "what is typed" "still typing g1"
keep 5-permission
keys Escape 'g1'
wait_for "the second question" "touch second.txt"
keys ':Singletree answer' Enter
wait_for "the menu" "1: Reject"
keep 6-answer-menu
keys '2' Enter
wait_for "the question why" "Why not\?"
keys 'one file is enough' Enter
wait_for "the end" "As you wish"
keep 7-answered

# A proposal, a plan and a failure.
keys ':only' Enter
keys ':Singletree chat' Enter
keys '0' 'D'
script '{"calls": [["todo", {"items": [{"content": "Read it", "state": "done"}, {"content": "Change it", "state": "in_progress"}]}], ["read", {"path": "shapes.py"}]]}, {"calls": [["edit", {"path": "shapes.py", "old_text": "radius * radius", "new_text": "radius**2"}]]}, {"status": [400, "{\"error\": {\"message\": \"the model is out of order\"}}"]}'
keys 'i' 'Use the power operator' Escape Enter
wait_for "the failure" "out of order"
keep 8-proposal
keys ':wincmd k' Enter 'gg' '/+1' Enter
keys Enter
wait_for "the diff" '\+.*radius\*\*2'
keep 9-diff

# Sessions, by vim.ui.select.
keys ':Singletree new' Enter
wait_for "a new session" "What shall we work on"
keys ':Singletree sessions' Enter
wait_for "the sessions" "1: "
keep 10-sessions
keys '1' Enter
wait_for "the session" "out of order|As you wish|power operator"
keep 11-resumed
keys ':Singletree mode' Enter
wait_for "the modes" "4: "
keep 12-modes
keys '1' Enter
wait_for "the mode in the bar" "plan"

# Neovim is left and comes back with its session: the chat is there, and goes on.
keys ":mksession! $FOLDER/Session.vim" Enter
keys ':qall' Enter
while tmux has-session -t main 2>/dev/null; do read -rt 0.05 <> <(:) || true; done
COLUMNS=130 LINES=36 neovim -u nvim_plugin/init.lua -S "$FOLDER/Session.vim"
# Neovim 0.10 tells of each buffer that it restores.
wait_for "the conversation" "power operator|Press ENTER"
if screen | grep -q "Press ENTER"; then keys Enter; fi
wait_for "the conversation" "power operator"
wait_for "the prompt" "Ask, or describe"
keep 13-restored
script '{"says": "I do remember."}'
keys ':wincmd b' Enter 'iAnd now?' C-s
wait_for "the answer" "I do remember"
