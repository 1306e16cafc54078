-- What the scenarios of the plugin share, beside `lib`: a scripted model, keys as a user presses them, the screen.
local t = require('lib')

local M = {}

--- Starts the scripted model (`model.mjs`) with these answers and makes it the server's, which is not running yet.
function M.model(script)
  local lines = {}
  local process = vim.system({ vim.env.NODE24 .. '/bin/node', 'nvim_plugin/model.mjs' }, {
    stdin = true,
    stdout = function(_, chunk)
      for line in (chunk or ''):gmatch('[^\n]+') do
        table.insert(lines, line)
      end
    end,
  })
  local function answer(count)
    t.wait_for('the model', function()
      return #lines >= count
    end)
    return lines[count]
  end
  local model = { url = answer(1) }
  function model.tell(message)
    local count = #lines + 1
    process:write((type(message) == 'string' and message or vim.json.encode(message)) .. '\n')
    return vim.json.decode(answer(count))
  end
  function model.script(answers)
    model.tell({ script = answers })
  end
  local folder = vim.env.SINGLETREE_HOME .. '/config'
  vim.fn.mkdir(folder, 'p')
  vim.fn.writefile({
    'model = "loopback/scripted"',
    '[providers.loopback]',
    'kind = "openai-chat"',
    ('base_url = "%s"'):format(model.url),
    '[models."loopback/scripted"]',
    'context_window = 131072',
    'max_output = 16384',
  }, folder .. '/config.toml')
  vim.env.SINGLETREE_MODEL = nil
  model.script(script or {})
  return model
end

--- The JSON of a script whose edit of a file is held back before `mark`. By hand: what is streamed has an order.
function M.held_edit(path, old, new, mark)
  local function json(value)
    return vim.json.encode(value):gsub('\\/', '/')
  end
  return ('{"script": [{"calls": [["read", {"path": %s}]]}, {"heldCall": [["edit", {"path": %s, "old_text": %s, "new_text": %s}], %s]}, {"says": "Done."}]}'):format(
    json(path),
    json(path),
    json(old),
    json(new),
    json(mark)
  )
end

--- A model's answers that propose changes: `{ path, old text, new text }` each.
function M.proposes(...)
  local reads, edits, seen = {}, {}, {}
  for _, edit in ipairs({ ... }) do
    if not seen[edit[1]] then
      table.insert(reads, { 'read', { path = edit[1] } })
      seen[edit[1]] = true
    end
    table.insert(edits, { 'edit', { path = edit[1], old_text = edit[2], new_text = edit[3] } })
  end
  return { { calls = reads }, { calls = edits }, { says = 'Done.' } }
end

--- A file of numbered lines in the workspace, opened, with a change proposed for each of the given lines; the buffer.
function M.numbered(name, count, changed)
  local lines, edits = {}, {}
  for number = 1, count do
    lines[number] = ('line %d of it'):format(number)
  end
  local path = vim.env.TEST_WORKSPACE .. '/' .. name
  vim.fn.writefile(lines, path)
  for _, number in ipairs(changed) do
    table.insert(edits, { name, lines[number] .. '\n', ('LINE %d of it\n'):format(number) })
  end
  local model = M.model(M.proposes(unpack(edits)))
  local buffer = t.edit(path)
  M.run('document')
  M.wait_for_hunks(#changed)
  -- Everything below presses keys at once: the marks must be there.
  t.wait_for('the drawing', function()
    return #require('singletree.review.draw').places(buffer) == #changed
  end)
  return buffer, model
end

--- Maps keys as the help suggests it.
function M.map_keys()
  local function map(modes, lhs, name)
    vim.keymap.set(modes, lhs, ('<Plug>(singletree-%s)'):format(name))
  end
  map({ 'n', 'x', 'o' }, ']h', 'next')
  map({ 'n', 'x', 'o' }, '[h', 'previous')
  map('n', ']H', 'next-file')
  map('n', '[H', 'previous-file')
  map({ 'x', 'o' }, 'ih', 'hunk')
  map({ 'n', 'x' }, 'gk', 'keep')
  map({ 'n', 'x' }, 'gr', 'reject')
  map('n', 'gK', 'keep-motion')
  map('n', 'gR', 'reject-motion')
end

--- Runs one of our commands for the current buffer.
function M.run(command, options)
  local argument = vim.tbl_extend('force', {
    command = command,
    textDocument = { uri = vim.uri_from_bufnr(0) },
    range = { start = { line = 0, character = 0 }, ['end'] = { line = vim.fn.line('$') - 1, character = 0 } },
  }, options or {})
  local _, err = t.execute('singletree.run', argument)
  t.check(not err, err and err.message)
end

--- Presses keys as a user does; special ones by name, `<Esc>`.
function M.keys(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), 'xt', false)
end

--- What the plugin believes, in the form of `singletree.review.state`.
function M.mine()
  local found = {}
  for _, file in ipairs(require('singletree.review.state').files()) do
    for _, hunk in ipairs(file.hunks) do
      found[hunk.id] = { state = hunk.state, range = hunk.range, new = hunk.newText, old = hunk.oldText, uri = file.uri }
    end
  end
  return found
end

--- What the server believes, in the same form. No buffer is named: what was typed in any is sent before the question.
function M.theirs()
  local found = {}
  local asked = { command = 'singletree.review.state', arguments = { vim.empty_dict() } }
  for _, review in ipairs(t.request('workspace/executeCommand', asked).reviews) do
    for _, file in ipairs(review.files) do
      for _, hunk in ipairs(file.hunks) do
        if vim.tbl_contains({ 'pending', 'keeping', 'conflict', 'streaming' }, hunk.state) then
          found[hunk.id] = { state = hunk.state, range = hunk.range, new = hunk.newText, old = hunk.oldText, uri = file.uri }
        end
      end
    end
  end
  return found
end

--- Waits until the plugin knows of so many hunks.
function M.wait_for_hunks(count)
  t.wait_for(count .. ' hunks in the plugin', function()
    return require('singletree.review').counts().all == count
  end)
end

--- The text of the screen, line by line.
function M.screen()
  vim.cmd.redraw()
  local lines = {}
  for row = 1, vim.o.lines do
    local cells = {}
    for column = 1, vim.o.columns do
      cells[column] = vim.fn.screenstring(row, column)
    end
    lines[row] = (table.concat(cells):gsub('%s+$', ''))
  end
  return lines
end

--- Waits until a pattern is in a line of the screen; its row.
function M.shows(pattern)
  local row
  local function is_there()
    for number, line in ipairs(M.screen()) do
      if line:find(pattern) then
        row = number
        return true
      end
    end
    return false
  end
  if not vim.wait(20000, is_there, 20) then
    t.fail(('the screen does not show `%s`:\n%s\n%s'):format(pattern, table.concat(M.screen(), '\n'), debug.traceback()))
  end
  return row
end

--- What the user is told, in order.
function M.said()
  local said = {}
  vim.notify = function(message)
    table.insert(said, message)
  end
  return said
end

return M
