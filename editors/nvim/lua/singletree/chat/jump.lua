--- From the transcript into files: `gf` and `<CR>` on a path, on a tool call, on a line of a bill.

local attach = require('singletree.chat.attach')
local connection = require('singletree.chat.connection')
local say = require('singletree.say')

local M = {}

---@param path string
---@return string?
local function existing(path)
  -- A path on another machine would be connected to only for being looked at.
  if path == '' or path:match('^[/\\][/\\]') or path:match('^%w+://') then
    return nil
  end
  local full = vim.fs.normalize(path)
  if not full:match('^/') and not full:match('^%a:') then
    full = vim.fs.joinpath(connection.folder(), full)
  end
  local stat = vim.uv.fs_stat(full)
  return stat and stat.type == 'file' and full or nil
end

--- The place that a word names: `src/a.rs`, `src/a.rs:10`, `a.rs#L10`, in whatever brackets.
---@param word string
---@return { path: string, line?: integer }?
local function place_in(word)
  local link = word:match('%]%(([^%)]+)%)')
  for _, text in ipairs({ link or word, word }) do
    text = text:gsub('^file://', ''):gsub('^[`\'"%(%[<@*_]+', ''):gsub('[`\'"%)%]>,;.!%?*_]+$', '')
    local path, line = text:match('^(.-):(%d+)')
    if not path then
      path, line = text:match('^(.-)#L(%d+)')
    end
    local full = existing(path or text)
    if full then
      return {
        path = full,
        line = tonumber(line) --[[@as integer?]],
      }
    end
  end
end

--- The place under the cursor.
---@return { path: string, line?: integer }?
function M.under_cursor()
  local line, column = vim.api.nvim_get_current_line(), vim.api.nvim_win_get_cursor(0)[2] + 1
  local at = 1
  while true do
    local first, last = line:find('%S+', at)
    if not first or not last then
      return nil
    elseif column <= last then
      return column >= first and place_in(line:sub(first, last)) or nil
    end
    at = last + 1
  end
end

--- Shows a place in the window that the user works in.
---@param place { path: string, line?: integer }
function M.to(place)
  local full = existing(place.path)
  if not full then
    return say.warn(('%s is not there'):format(place.path))
  end
  local window = attach.editor_window()
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd('topleft vnew')
  end
  vim.cmd("normal! m'")
  vim.cmd.edit(vim.fn.fnameescape(full))
  if place.line then
    vim.api.nvim_win_set_cursor(0, { math.min(place.line, vim.api.nvim_buf_line_count(0)), 0 })
    vim.cmd('normal! zv')
  end
end

return M
