-- What the scenarios share: waiting for events, choosing code actions as a user does, looking at hunks.
local M = {}

--- Runs the scenario of that name (of `folder`, default: nvim) and leaves the editor: with status 1 if anything in it
--- went wrong.
function M.play(name, folder)
  local ok, problem = xpcall(dofile, debug.traceback, ('%s/%s.lua'):format(folder or 'nvim', name))
  if not ok then
    M.fail(problem)
  end
  vim.cmd('qall!')
end

--- Fails the scenario with a sentence; the runner shows it and the server's log.
function M.fail(message)
  io.stderr:write('\nFAILED: ' .. message .. '\n')
  vim.cmd('cquit 1')
end

function M.check(condition, message)
  if not condition then
    M.fail(message .. '\n' .. debug.traceback())
  end
end

function M.equal(got, want, message)
  if not vim.deep_equal(got, want) then
    M.fail(('%s\n  want %s\n  got  %s\n%s'):format(message, vim.inspect(want), vim.inspect(got), debug.traceback()))
  end
end

--- Waits until `condition` holds, at most `seconds` (default: 20); events are processed meanwhile.
function M.wait_for(what, condition, seconds)
  -- A deadline of our own: vim.wait loses time when its condition waits itself.
  local deadline = vim.uv.hrtime() + (seconds or 20) * 1e9
  local holds
  vim.wait(1e9, function()
    holds = condition()
    return holds or vim.uv.hrtime() > deadline
  end, 10)
  M.check(holds, 'waited in vain for ' .. what)
end

--- Starts the model that answers as models/NAME.mjs says, and makes it the server's, which is not running yet.
function M.model(name)
  local asked, port = vim.fn.tempname(), nil
  vim.system({ vim.env.NODE24 .. '/bin/node', 'models/serve.mjs', name, asked }, {
    stdout = function(_, chunk)
      port = port or chunk
    end,
  })
  M.wait_for('the model', function()
    return port
  end)
  local folder = vim.env.SINGLETREE_HOME .. '/config'
  vim.fn.mkdir(folder, 'p')
  vim.fn.writefile({
    'model = "local/scripted"',
    '[providers.local]',
    'kind = "openai-chat"',
    ('base_url = "http://127.0.0.1:%s/v1"'):format(port),
  }, folder .. '/config.toml')
  vim.env.SINGLETREE_MODEL = nil
  --- The requests so far, a line each.
  return function()
    return vim.fn.filereadable(asked) == 1 and vim.fn.readfile(asked) or {}
  end
end

--- Trusts the workspace, as a user does in a shell.
function M.trust()
  local done = vim.system({ vim.env.SINGLETREE, 'trust', vim.env.TEST_WORKSPACE }):wait()
  M.equal(done.code, 0, done.stderr)
end

--- Takes the entry whose title begins with this.
function M.take(line, title)
  return M.choose(line, nil, function(action)
    return vim.startswith(action.title, title)
  end, title)
end

function M.client()
  return vim.lsp.get_clients({ name = 'singletree' })[1]
end

function M.wait_for_server(buffer)
  M.wait_for('the server to attach', function()
    local client = M.client()
    return client and client.initialized and vim.lsp.buf_is_attached(buffer, client.id)
  end)
end

function M.edit(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  M.wait_for_server(buffer)
  return buffer
end

--- What the user types ends in an undo step of its own, as it would at the keyboard.
function M.type_line(buffer, at, text)
  vim.api.nvim_buf_set_lines(buffer, at, at, true, { text })
  vim.bo[buffer].undolevels = vim.bo[buffer].undolevels
end

function M.lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
end

--- Calls a client's function: a method since 0.11, bound to the client before.
local function call(name, ...)
  local client = M.client()
  if vim.fn.has('nvim-0.11') == 1 then
    return client[name](client, ...)
  end
  return client[name](...)
end

function M.notify(method, params)
  call('notify', method, params)
end

function M.request(method, params, buffer)
  local answer, problem = call('request_sync', method, params, 10000, buffer)
  M.check(answer, ('%s was not answered: %s'):format(method, problem))
  return answer.result, answer.err
end

--- `execute` straight, as a mapping of the user's would; returns result and error.
function M.execute(command, argument)
  return M.request('workspace/executeCommand', { command = command, arguments = { argument } }, 0)
end

--- The entries of the editor's code-action menu; takes the first that `matches`, if any does.
local function menu(options, matches)
  local select, titles, taken = vim.ui.select, nil, nil
  vim.ui.select = function(items, _, choose)
    titles = {}
    for _, item in ipairs(items) do
      table.insert(titles, item.action.title)
      taken = taken or matches(item.action) and item or nil
    end
    choose(taken)
  end
  vim.lsp.buf.code_action(options)
  M.wait_for('the menu', function()
    return titles
  end)
  vim.ui.select = select
  return taken and taken.action, titles
end

--- Opens the menu on 1-based lines `first` to `last` of the current buffer and takes the first entry that `matches`,
--- as a user does: again and again until it is there. Without `last` the cursor stands at the first text of line
--- `first`. `diagnostics` are what a mapping adds for editors that send a server only its own.
function M.choose(first, last, matches, what, diagnostics)
  local options = { context = diagnostics and { diagnostics = diagnostics } }
  if last then
    local text = vim.api.nvim_buf_get_lines(0, last - 1, last, true)[1]
    options.range = { start = { first, 0 }, ['end'] = { last, math.max(#text - 1, 0) } }
  else
    vim.api.nvim_win_set_cursor(0, { first, vim.fn.indent(first) })
  end
  local taken, titles
  local deadline = vim.uv.hrtime() + 5e9
  repeat
    taken, titles = menu(options, matches)
  until taken or vim.uv.hrtime() > deadline
  M.check(taken, ('no entry for %s at line %d among %s'):format(what, first, vim.inspect(titles)))
  return taken
end

--- Runs one of our commands from the menu.
function M.run(command, first, last, diagnostics)
  return M.choose(first, last, function(action)
    local called = action.command
    return type(called) == 'table' and called.command == 'singletree.run' and called.arguments[1].command == command
  end, command, diagnostics)
end

--- Keeps or rejects ('keep', 'reject') a hunk from the menu: at its place, or from anywhere while its file is not open.
function M.decide(verdict, hunk)
  local buffer = vim.fn.bufnr(vim.uri_to_fname(hunk.uri))
  local line = vim.fn.line('.')
  if vim.fn.bufloaded(buffer) == 1 then
    vim.api.nvim_set_current_buf(buffer)
    line = math.min(hunk.range.start.line + 1, vim.api.nvim_buf_line_count(buffer))
  end
  return M.choose(line, nil, function(action)
    local called = action.command
    local argument = type(called) == 'table' and called.command == 'singletree.review.' .. verdict and called.arguments[1]
    return argument and (argument.hunkId == hunk.id or not argument.hunkId and argument.uri == hunk.uri)
  end, verdict)
end

function M.state()
  local result = M.execute('singletree.review.state', vim.empty_dict())
  return result.reviews
end

--- Hunks in one of the given states (default: pending), in order of place, all files.
function M.hunks(...)
  local wanted = {}
  for _, state in ipairs({ ... }) do
    wanted[state] = true
  end
  if next(wanted) == nil then
    wanted.pending = true
  end
  local found = {}
  for _, review in ipairs(M.state()) do
    for _, file in ipairs(review.files) do
      for _, hunk in ipairs(file.hunks) do
        if wanted[hunk.state] then
          table.insert(found, vim.tbl_extend('force', hunk, { uri = file.uri }))
        end
      end
    end
  end
  table.sort(found, function(a, b)
    return a.range.start.line < b.range.start.line
  end)
  return found
end

--- Everything that is not decided yet.
function M.open_hunks()
  return M.hunks('pending', 'keeping', 'conflict')
end

function M.wait_until_decided(what)
  M.wait_for('the hunks to be decided: ' .. what, function()
    return #M.open_hunks() == 0
  end)
end

function M.wait_for_hunks(count)
  M.wait_for(count .. ' pending hunks', function()
    return #M.hunks() == count
  end)
  return M.hunks()
end

--- Progress of ours that the user sees: counts of each kind, the last token and the last word.
function M.watch_progress()
  local seen = { begin = 0, report = 0, ['end'] = 0 }
  vim.api.nvim_create_autocmd('LspProgress', {
    callback = function(event)
      if event.data.client_id ~= M.client().id then
        return
      end
      local params = event.data.params or event.data.result
      local kind = params.value.kind
      seen[kind] = seen[kind] + 1
      seen.token = params.token
      seen.message = params.value.message
    end,
  })
  return seen
end

--- kill -9 for our server, which is the editor's only child.
function M.kill_server()
  local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
  M.equal(#children, 1, 'the server is the only child')
  vim.uv.kill(children[1], 'sigkill')
end

--- Waits until client `id` is gone, then starts the server again as opening a file does.
function M.restart(buffer, id)
  M.wait_for('the client to notice that its server is gone', function()
    return vim.lsp.get_client_by_id(id) == nil
  end)
  vim.api.nvim_exec_autocmds('FileType', { buffer = buffer })
  M.wait_for_server(buffer)
end

--- Keeps `hunk`; the server dies when its edit arrives, `before` the editor applies it or after, and is started again.
function M.die_while_keeping(buffer, hunk, before)
  local apply = vim.lsp.handlers['workspace/applyEdit']
  vim.lsp.handlers['workspace/applyEdit'] = function(...)
    vim.lsp.handlers['workspace/applyEdit'] = apply
    local answer = before and { applied = false } or apply(...)
    M.kill_server()
    return answer
  end
  local id = M.client().id
  M.decide('keep', hunk)
  M.restart(buffer, id)
end

return M
