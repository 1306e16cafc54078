# A conversation in a file: laid out, sent, answered below while the user types above, and stopped.
# proves: chat
. terminal.sh
. helix/helix.sh

# choose_in_chat TITLE [NAME]: at the end of the file
choose_in_chat() {
    local deadline=$((SECONDS + 20)) own=' Singletree: [a-z]'
    until is_shown " $1"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for the entry $1"
        if is_shown "$own"; then escape "the menu" "$own"; fi
        typed ge
        keys Space a
        shows "$own" 3 || true
    done
    [ -z "${2:-}" ] || keep "$2"
    local above
    above=$(screen | grep -oE ' (Approve…|Keep|Reject|Show all|Singletree: [a-z]).*' | grep -nE "^ $1" | head -n 1 | cut -d: -f1)
    for ((; above > 1; above--)); do keys Down; done
    keys Enter
}

fresh
play talk
helix talk.chat.md
choose_in_chat 'Singletree: begin a chat' begin
wait_for "the layout" '^ +[0-9]+ +## You'
typed ge
insert A 'What does @shapes.py compute?'
choose_in_chat 'Singletree: send' send
wait_for "the answer" 'That is all of it'
wait_for "the next block" '## You.*|## You'
keep answer
wait_until "the model to be asked" asked 1
grep -q 'def circle_area' "$FOLDER/asked" || fail "the file that was mentioned is not sent"
holds 20 eval '[ "$(screen | grep -c "## You")" = 2 ]' || fail "there is no next block"
typed ge
insert A 'And then?'
choose_in_chat 'Singletree: send'
wait_for "half of the second answer" 'Half of the second answer'
choose_in_chat 'Singletree: stop' stop
wait_until "the model's connection to be closed" grep -q closed "$FOLDER/asked"
holds 20 eval '[ "$(screen | grep -c "## You")" = 3 ]' || fail "the stopped answer is not followed by a block"
keep stopped
save
wait_until "the saved file" grep -q '^The area is .pi . radius². 🌳\.$' "$ws/talk.chat.md"
