-- What the scenarios of the chat share: its buffers, what they show, sending a message by keys.
local t, p = require('lib'), require('plugin')

local M = {}

function M.prompt()
  return require('singletree.chat.prompt').existing()
end

function M.transcript()
  local view = require('singletree.chat.panel').view()
  return view and view.buffer
end

--- The window of this tab that shows a buffer.
function M.window(buffer)
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    if vim.api.nvim_win_get_buf(window) == buffer then
      return window
    end
  end
end

function M.text()
  local buffer = M.transcript()
  return buffer and table.concat(t.lines(buffer), '\n') or ''
end

--- Waits until the transcript has this text.
function M.shows(text)
  local deadline = vim.uv.hrtime() + 20e9
  vim.wait(20000, function()
    return M.text():find(text, 1, true) ~= nil or vim.uv.hrtime() > deadline
  end, 10)
  t.check(M.text():find(text, 1, true), ('the transcript shows “%s”:\n%s'):format(text, M.text()))
end

function M.idle()
  t.wait_for('the turn to end', function()
    return not require('singletree.chat').summary().running
  end)
end

function M.open()
  vim.cmd('Singletree chat')
  t.wait_for('the chat', function()
    return M.prompt() and M.transcript() and vim.api.nvim_get_current_buf() == M.prompt()
  end)
end

--- Writes a message in the prompt and sends it, by keys.
function M.send(text)
  vim.api.nvim_set_current_win(M.window(M.prompt()))
  p.keys('i' .. text .. '<Esc><CR>')
end

--- The row (from 1) of the first line with this text.
function M.row(text)
  for row, line in ipairs(t.lines(M.transcript())) do
    if line:find(text, 1, true) then
      return row
    end
  end
  t.fail(('no line has “%s”:\n%s'):format(text, M.text()))
end

--- Goes to the transcript, to the first line with this text.
function M.go(text)
  vim.api.nvim_set_current_win(M.window(M.transcript()))
  vim.api.nvim_win_set_cursor(0, { M.row(text), 0 })
end

--- Whether the line with this text is in a closed fold.
function M.is_folded(text)
  local row = M.row(text)
  return vim.api.nvim_win_call(M.window(M.transcript()), function()
    return vim.fn.foldclosed(row) > 0
  end)
end

--- Makes the workspace trusted, as a user does.
function M.trust()
  local trusted = vim
    .system({ vim.env.SINGLETREE, 'trust', vim.env.TEST_WORKSPACE }, { stdin = 'y\n' })
    :wait()
  t.equal(trusted.code, 0, 'the workspace is trusted')
end

--- Answers `vim.ui.select` from now on: `choices` are matched against the titles, one after the other.
function M.selects(choices)
  local asked = {}
  vim.ui.select = function(items, options, done)
    local titles = vim.tbl_map(options.format_item or tostring, items)
    table.insert(asked, { prompt = options.prompt, titles = titles })
    local wanted = table.remove(choices, 1)
    for index, title in ipairs(titles) do
      if wanted and title:find(wanted, 1, true) then
        return done(items[index], index)
      end
    end
    done(nil)
  end
  return asked
end

--- Answers `vim.ui.input` with these words.
function M.inputs(words)
  vim.ui.input = function(_, done)
    done(words)
  end
end

return M
