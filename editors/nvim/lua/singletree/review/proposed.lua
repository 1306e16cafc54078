--- Files as they would be if all that is proposed for them were kept: buffers named `singletree://proposed/PATH`, which
--- follow the stream, the user's typing and every decision.

local client = require('singletree.client')
local events = require('singletree.events')
local paint = require('singletree.review.paint')
local places = require('singletree.review.places')
local say = require('singletree.say')
local shape = require('singletree.review.shape')
local state = require('singletree.review.state')

local M = {}

local PREFIX = 'singletree://proposed'

---@param uri string
---@return string
function M.name(uri)
  return PREFIX .. vim.uri_to_fname(uri)
end

---@param uri string
---@return string[]? lines of the user's text, unsaved or not
local function theirs(uri)
  local path = vim.uri_to_fname(uri)
  local buffer = vim.fn.bufnr(vim.fn.fnameescape(path))
  if buffer ~= -1 and vim.api.nvim_buf_is_loaded(buffer) then
    return vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  end
  return vim.fn.filereadable(path) == 1 and vim.fn.readfile(path) or {}
end

--- Puts hunks into lines. A conflict has no place there any more; of two that overlap the lower one is left out.
---@param lines string[]
---@param hunks singletree.Hunk[]
---@return string[]
local function propose(lines, hunks)
  local proposed, copied = {}, 0
  for _, hunk in ipairs(hunks) do
    local found = shape.of(hunk)
    if hunk.state ~= 'conflict' and found.first >= copied then
      vim.list_extend(proposed, lines, copied + 1, math.min(found.first, #lines))
      vim.list_extend(proposed, found.new)
      copied = found.last
    end
  end
  return vim.list_extend(proposed, lines, copied + 1)
end

---@param uri string
---@return string[]
local function text(uri)
  local file = state.file(uri)
  if file and file.kind == 'create' then
    return shape.lines(file.hunks[1].newText)
  elseif file and file.kind == 'delete' then
    return {}
  end
  return propose(theirs(uri) or {}, file and file.hunks or {})
end

---@param buffer integer
local function fill(buffer)
  local lines = text(vim.b[buffer].singletree_proposed)
  if #lines == 0 then
    lines = { '' }
  end
  local before = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  local head = 0
  while head < #before and head < #lines and before[head + 1] == lines[head + 1] do
    head = head + 1
  end
  if head == #before and head == #lines then
    return
  end
  -- From the first line that differs: the cursor and the view of what stands before stay.
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, head, -1, false, vim.list_slice(lines, head + 1))
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].modified = false
end

--- Reads such a buffer, as a file is read.
---@param buffer integer
local function read(buffer)
  local path = vim.api.nvim_buf_get_name(buffer):sub(#PREFIX + 1)
  vim.b[buffer].singletree_proposed = vim.uri_from_fname(path)
  local options = vim.bo[buffer]
  options.buftype, options.bufhidden, options.swapfile, options.undolevels = 'nofile', 'hide', false, -1
  fill(buffer)
  options.filetype = vim.filetype.match({ filename = path, buf = buffer }) or ''
  paint.now(buffer)
end

local group = vim.api.nvim_create_augroup('singletree.review.proposed', {})
vim.api.nvim_create_autocmd('BufReadCmd', {
  group = group,
  pattern = PREFIX .. '/*',
  callback = function(about)
    read(about.buf)
  end,
})

---@type table<integer, true>
local stale = {}
local is_due = false

local function fill_all()
  is_due = false
  for buffer in pairs(stale) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      fill(buffer)
    end
  end
  stale = {}
  vim.cmd.diffupdate()
end

events.on('SingletreeReview', function(about)
  local changed = {}
  for _, uri in ipairs(about.uris) do
    changed[state.key(uri)] = true
  end
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    local uri = vim.api.nvim_buf_is_loaded(buffer) and vim.b[buffer].singletree_proposed
    if uri and changed[state.key(uri)] then
      stale[buffer] = true
      if not is_due then
        is_due = true
        vim.defer_fn(fill_all, 50)
      end
    end
  end
end)

---@param file singletree.File
function M.open(file)
  vim.cmd.edit(vim.fn.fnameescape(M.name(file.uri)))
end

--- This file and what it would be, side by side in a tab of their own.
function M.diff()
  local file = paint.file(0)
  if not file then
    return say.info(places.nothing_here())
  end
  local view = vim.fn.winsaveview()
  if file.kind == 'create' or file.kind == 'delete' then
    vim.cmd.tabedit(
      vim.fn.fnameescape(file.kind == 'create' and M.name(file.uri) or vim.uri_to_fname(file.uri))
    )
    return
  end
  vim.cmd('tab split')
  local mine = vim.api.nvim_get_current_win()
  if vim.b.singletree_proposed then
    vim.cmd.edit(vim.fn.fnameescape(vim.uri_to_fname(file.uri)))
  end
  vim.cmd('rightbelow vertical split ' .. vim.fn.fnameescape(M.name(file.uri)))
  vim.cmd.diffthis()
  vim.api.nvim_set_current_win(mine)
  vim.cmd.diffthis()
  vim.fn.winrestview(view)
end

--- The server's document of everything that is proposed.
function M.show_all()
  local asked = {}
  for _, selection in ipairs(state.selections()) do
    asked[selection.client_id] = true
  end
  if next(asked) == nil then
    return say.info('nothing is proposed')
  end
  for client_id in pairs(asked) do
    client.execute('singletree.review.show', {}, nil, vim.lsp.get_client_by_id(client_id))
  end
end

return M
