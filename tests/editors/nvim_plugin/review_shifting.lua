-- proves: stale, encodings
-- Random edits in a buffer with hunks: what the plugin believes of every hunk is what the server believes.
local t, p = require('lib'), require('plugin')

local SEED = tonumber(vim.env.SEED or '') or 7
local ROUNDS = 40
math.randomseed(SEED)

local path = vim.env.TEST_WORKSPACE .. '/many.txt'
local lines, edits = {}, {}
for number = 1, 60 do
  table.insert(lines, ('line %d: ü 𝄞 words of %d'):format(number, number))
end
-- Without a break at the end: there a hunk ends in the middle of a line, by units of the encoding.
vim.fn.writefile(lines, path, 'b')
for number = 3, 58, 5 do
  local old = lines[number] .. '\n'
  local new = ({
    old:gsub('words', 'other words'),
    old .. 'inserted after ' .. number .. '\n',
    'inserted before ' .. number .. '\n' .. old,
  })[number % 3 + 1]
  table.insert(edits, { 'many.txt', old, new })
end
table.insert(edits, { 'many.txt', lines[60], lines[60]:gsub('words', 'last words') .. '' })
p.model(p.proposes(unpack(edits)))
local buffer = t.edit(path)
p.run('document')
p.wait_for_hunks(#edits)

--- Compares once both sides are at rest: the plugin asks for places itself where it was in doubt.
local function agrees(what)
  local mine, theirs
  t.wait_for('the same hunks at the same places: ' .. what, function()
    theirs = p.theirs()
    mine = p.mine()
    return vim.deep_equal(mine, theirs)
  end, 5)
end

local function lorem()
  local words = { '', 'a', 'words', 'ü𝄞 x', 'two\nlines', '\n', 'end\n' }
  return vim.split(words[math.random(#words)], '\n', { plain = true })
end

local function edit()
  local count = vim.api.nvim_buf_line_count(buffer)
  local row = math.random(count) - 1
  local kind = math.random(8)
  if kind == 1 then
    vim.api.nvim_buf_set_lines(buffer, row, row, true, lorem())
  elseif kind == 2 and count > 20 then
    vim.api.nvim_buf_set_lines(buffer, row, math.min(row + math.random(3), count), true, {})
  elseif kind == 3 then
    local text = vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
    local column = vim.str_utf_pos(text)[1] and vim.str_utf_pos(text)[math.random(#vim.str_utf_pos(text))] - 1 or 0
    vim.api.nvim_buf_set_text(buffer, row, column, row, column, lorem())
  elseif kind == 4 then
    p.keys(('%dGo%s<Esc>'):format(row + 1, 'typed'))
  elseif kind == 5 then
    p.keys(('%dGJ'):format(row + 1))
  elseif kind == 6 then
    vim.cmd('silent undo')
  elseif kind == 7 then
    vim.cmd('silent redo')
  else
    -- The whole text anew, with a change at both ends, as some formatters do it.
    local all = t.lines(buffer)
    table.insert(all, 1, 'at the top')
    table.insert(all, 'at the end')
    vim.api.nvim_buf_set_lines(buffer, 0, -1, true, all)
  end
end

agrees('before any edit')
for round = 1, ROUNDS do
  for _ = 1, math.random(3) do
    edit()
  end
  -- Some rounds are told to the server in one go, some key by key.
  if math.random(2) == 1 then
    vim.wait(math.random(30))
  end
  agrees(('seed %d, round %d'):format(SEED, round))
end

-- And they are drawn where they are.
local draw = require('singletree.review.draw')
local shape = require('singletree.review.shape')
t.wait_for('the marks to stand where the hunks do', function()
  for _, place in ipairs(draw.places(buffer)) do
    if place.first ~= shape.of(place.hunk).first then
      return false
    end
  end
  return true
end, 5)
