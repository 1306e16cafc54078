# A Neovim with the plugin at a terminal, and a scripted model that is told what to answer as the run goes on. For
# `source`, as ../terminal.sh.
. terminal.sh
: "${NEOVIM_ROOT:?}"

mkfifo "$FOLDER/to-model" "$FOLDER/from-model"
"$NODE24/bin/node" nvim_plugin/model.mjs <"$FOLDER/to-model" >"$FOLDER/from-model" &
model=$!
exec 3>"$FOLDER/to-model" 4<"$FOLDER/from-model"
read -r model_url <&4
tell() {
    printf '%s\n' "$1" >&3
    read -r REPLY <&4
}
# script ANSWERS: what the model says from now on; an answer that is held goes on by `release`.
script() { tell "{\"script\": [$1]}"; }
release() { tell '{"release": true}'; }

# With their colours: `cat` one to see it.
keep() { tmux capture-pane -p -e -t main >"$SINGLETREE_SCREENS/$EDITOR_NAME-$SCENARIO-$1.ansi"; }

# workspace: a fresh one, whose model is the scripted one
workspace() {
    fresh
    mkdir -p "$FOLDER/state/config"
    cat >"$FOLDER/state/config/config.toml" <<END
model = "loopback/scripted"
[providers.loopback]
kind = "openai-chat"
base_url = "$model_url"
[models."loopback/scripted"]
context_window = 131072
max_output = 16384
END
}

# neovim ARGUMENT…: an editor in the workspace that there is, at a terminal of COLUMNS by LINES
neovim() {
    tmux new-session -d -s main -x "${COLUMNS:-110}" -y "${LINES:-34}" env -i PATH="$PATH" TERM=tmux-256color \
        COLORTERM=truecolor LANG=C.UTF-8 HOME="$FOLDER/home" SINGLETREE_HOME="$FOLDER/state" SINGLETREE="$SINGLETREE" \
        SINGLETREE_PLUGIN="$editors/../../editors/nvim" TEST_WORKSPACE="$ws" \
        VIMRUNTIME="$NEOVIM_ROOT/usr/share/nvim/runtime" "$NEOVIM_ROOT/usr/bin/nvim" "$@"
}
