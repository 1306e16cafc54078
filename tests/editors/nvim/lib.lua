-- What the scenarios share: waiting for events, choosing code actions as a user does, looking at hunks.
local M = {}

--- Fails the scenario with a sentence; the runner shows it and the server's log.
function M.fail(message)
  io.stderr:write('FAILED: ' .. message .. '\n')
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

--- Waits until `condition` holds; events are processed meanwhile.
function M.wait_for(what, condition)
  M.check(vim.wait(20000, condition, 5), 'waited in vain for ' .. what)
end

function M.client()
  return vim.lsp.get_clients({ name = 'singletree' })[1]
end

function M.edit(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
  local buffer = vim.api.nvim_get_current_buf()
  M.wait_for('the server to attach', function()
    local client = M.client()
    return client and client.initialized and vim.lsp.buf_is_attached(buffer, client.id)
  end)
  return buffer
end

function M.lines(buffer)
  return vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
end

function M.request(method, params, buffer)
  local answer, problem = M.client().request_sync(method, params, 10000, buffer)
  M.check(answer, ('%s was not answered: %s'):format(method, problem))
  return answer.result, answer.err
end

--- `execute` straight, as a mapping of the user's would; returns result and error.
function M.execute(command, argument)
  return M.request('workspace/executeCommand', { command = command, arguments = { argument } }, 0)
end

--- All code actions on 1-based lines `first` to `last` of the current buffer.
function M.actions(first, last, diagnostics)
  local last_line = vim.api.nvim_buf_get_lines(0, last - 1, last, false)[1] or ''
  return M.request('textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(0),
    range = { start = { line = first - 1, character = 0 }, ['end'] = { line = last - 1, character = #last_line } },
    context = { diagnostics = diagnostics or {}, triggerKind = 1 },
  }, 0) or {}
end

--- Takes the action that `matches` from the menu, the way vim.lsp.buf.code_action does.
function M.choose(first, last, matches, what)
  for _, action in ipairs(M.actions(first, last)) do
    if matches(action) then
      local client = M.client()
      if client.exec_cmd then
        client:exec_cmd(action.command, { bufnr = 0 })
      else
        client._exec_cmd(action.command, { bufnr = 0 })
      end
      return action
    end
  end
  M.fail(('no action for %s among %s'):format(what, vim.inspect(M.actions(first, last))))
end

--- Runs one of our commands from the code-action menu on lines `first` to `last`.
function M.run(command, first, last)
  return M.choose(first, last, function(action)
    local argument = action.command and action.command.arguments and action.command.arguments[1]
    return action.command and action.command.command == 'singletree.run' and argument.command == command
  end, command)
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

function M.wait_for_hunks(count)
  M.wait_for(count .. ' pending hunks', function()
    return #M.hunks() == count
  end)
  return M.hunks()
end

--- Progress that the user sees: counts begin and end.
function M.watch_progress()
  local seen = { begin = 0, report = 0, ['end'] = 0 }
  vim.api.nvim_create_autocmd('LspProgress', {
    callback = function(event)
      local params = event.data.params or event.data.result
      local kind = params.value.kind
      seen[kind] = seen[kind] + 1
    end,
  })
  return seen
end

return M
