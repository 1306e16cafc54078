--- Where hunks are for a user who moves among them. Places are those of the marks: they have followed every key.

local draw = require('singletree.review.draw')
local label = require('singletree.review.label')
local paint = require('singletree.review.paint')
local say = require('singletree.say')
local shape = require('singletree.review.shape')
local state = require('singletree.review.state')

local M = {}

--- The hunk that covers a row, else the one that inserts above or below it.
---@param buffer integer
---@param row integer
---@return singletree.Place?
function M.at(buffer, row)
  local beside
  for _, place in ipairs(draw.places(buffer, row, row + 1)) do
    if place.first <= row and row < place.last then
      return place
    elseif place.first == place.last and (place.first == row or place.first == row + 1) then
      beside = beside or place
    end
  end
  return beside
end

--- The hunks that touch lines `first` to `last`, counted from 1.
---@param buffer integer
---@param first integer
---@param last integer
---@return singletree.Place[]
function M.touched(buffer, first, last)
  return vim.tbl_filter(function(place)
    if place.first == place.last then
      return first - 1 <= place.first and place.first <= last
    end
    return place.first <= last - 1 and first - 1 < place.last
  end, draw.places(buffer, first - 1, last + 1))
end

--- The line where the cursor goes to, counted from 1.
---@param buffer integer
---@param place singletree.Place
---@return integer
local function line_of(buffer, place)
  return math.max(1, math.min(place.first + 1, vim.api.nvim_buf_line_count(buffer)))
end

--- Scrolls until the lines that come are on the screen too, as far as there is room.
---@param place singletree.Place
local function reveal(place)
  local height = vim.api.nvim_win_get_height(0)
  local lines = math.min(#shape.of(place.hunk).new + 1, height - 2)
  local is_beneath = place.first < place.last or place.first >= vim.api.nvim_buf_line_count(0)
  local room = is_beneath and height - vim.fn.winline() - math.max(place.last - place.first - 1, 0)
    or vim.fn.winline() - 1
  if room < lines then
    local scroll = is_beneath and '\5' or '\25'
    vim.cmd.normal({ args = { (lines - room) .. scroll }, bang = true })
  end
end

---@param place singletree.Place
function M.go(place)
  vim.cmd.normal({ args = { "m'" }, bang = true })
  local line = line_of(0, place)
  vim.api.nvim_win_set_cursor(0, { line, 0 })
  vim.cmd.normal({ args = { '^' }, bang = true })
  if vim.fn.foldclosed(line) ~= -1 then
    vim.cmd.normal({ args = { 'zv' }, bang = true })
  end
  if vim.wo.scrolloff < vim.api.nvim_win_get_height(0) / 2 then
    reveal(place)
  end
end

---@param files singletree.File[]
---@return integer
local function total(files)
  local sum = 0
  for _, file in ipairs(files) do
    sum = sum + #file.hunks
  end
  return sum
end

--- Nothing in this buffer: where else, or that there is nothing at all.
---@return string
function M.nothing_here()
  local files = state.files()
  if #files == 0 then
    return 'nothing is proposed'
  end
  return ('nothing is proposed for this file; %d in %d other(s), see :Singletree hunks'):format(
    total(files),
    #files
  )
end

--- To the hunk that is `count` further down, or up; around the end of the file if 'wrapscan' is set.
---@param direction 1|-1
---@param count? integer
function M.move(direction, count)
  local places = draw.places(0)
  if #places == 0 then
    return say.info(M.nothing_here())
  end
  local line = vim.api.nvim_win_get_cursor(0)[1]
  local index = direction == 1 and 0 or #places + 1
  for number, place in ipairs(places) do
    local at = line_of(0, place)
    if direction == 1 and at <= line then
      index = number
    elseif direction == -1 and at >= line then
      index = math.min(index, number)
    end
  end
  local target = index + direction * math.max(count or 1, 1)
  if target < 1 or target > #places then
    if not vim.o.wrapscan then
      return say.info(direction == 1 and 'no proposed change below' or 'no proposed change above')
    end
    target = (target - 1) % #places + 1
    vim.api.nvim_echo({ { ('Singletree: around the end, %d of %d'):format(target, #places) } }, false, {})
  end
  M.go(places[target])
end

---@param file singletree.File
---@param hunk singletree.Hunk
local function open(file, hunk)
  vim.cmd.normal({ args = { "m'" }, bang = true })
  if file.kind == 'create' then
    require('singletree.review.proposed').open(file)
  else
    local ok, problem =
      pcall(vim.cmd.edit, vim.fn.fnameescape(vim.fn.fnamemodify(vim.uri_to_fname(file.uri), ':.')))
    if not ok then
      return say.error(tostring(problem):gsub('^.-:(E%d+)', '%1'))
    end
  end
  paint.now(0)
  for _, place in ipairs(draw.places(0)) do
    if place.hunk.id == hunk.id then
      return M.go(place)
    end
  end
end

--- To the first hunk of the file that is `count` further on, by name; around the end.
---@param direction 1|-1
---@param count? integer
function M.move_file(direction, count)
  local files = state.files()
  if #files == 0 then
    return say.info('nothing is proposed')
  end
  local here = paint.uri(vim.api.nvim_get_current_buf()) or ''
  local key = state.key(here)
  local index = direction == 1 and 0 or #files + 1
  for number, file in ipairs(files) do
    if state.key(file.uri) == key then
      index = number
      break
    elseif file.uri < here then
      index = direction == 1 and number or index
    else
      index = direction == -1 and math.min(index, number) or index
    end
  end
  local target = (index + direction * math.max(count or 1, 1) - 1) % #files + 1
  local file = files[target]
  local hunk = direction == 1 and file.hunks[1] or file.hunks[#file.hunks]
  open(file, hunk)
  vim.api.nvim_echo(
    { { ('Singletree: %s, file %d of %d'):format(label.path(file.uri), target, #files) } },
    false,
    {}
  )
end

--- Selects the lines of the hunk at the cursor, for operators.
function M.select()
  local place = M.at(0, vim.api.nvim_win_get_cursor(0)[1] - 1)
  if not place or place.first == place.last then
    return say.info(
      place and 'this change has no lines in the buffer yet' or 'no proposed change at the cursor'
    )
  end
  local keys = ('%dGV%dG'):format(place.first + 1, place.last)
  if vim.fn.mode():find('^[vV\22]') then
    keys = '\27' .. keys
  end
  vim.cmd.normal({ args = { keys }, bang = true })
end

return M
