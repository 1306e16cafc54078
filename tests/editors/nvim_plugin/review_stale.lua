-- proves: stale, undo, inline-diff
-- Typing in the middle of a hunk, a reload, a buffer that goes, a file that gets another name, a server that dies.
local t, p = require('lib'), require('plugin')

local said = p.said()
local buffer = p.numbered('many.txt', 30, { 3, 10, 20 })
local path = vim.api.nvim_buf_get_name(buffer)
p.map_keys()
local draw = require('singletree.review.draw')

--- First rows, counted from 1, of what is drawn.
local function drawn()
  return vim.tbl_map(function(place)
    return place.first + 1
  end, draw.places(vim.api.nvim_get_current_buf()))
end

local function wait_until_drawn(rows, what)
  t.wait_for(what .. ': ' .. vim.inspect(rows), function()
    return vim.deep_equal(drawn(), rows)
  end)
end

-- Typing above moves; typing inside is a conflict, which an undo heals.
p.keys('ggOabove<Esc>')
wait_until_drawn({ 4, 11, 21 }, 'one line further down')
p.keys('11G0cwmine<Esc>')
p.shows('conflicts with your text')
p.keys('11Ggk')
t.check(said[#said]:find('conflicts with your text'), 'why it is not kept: ' .. said[#said])
p.keys('u')
t.wait_for('the conflict to heal', function()
  return vim.tbl_count(vim.tbl_filter(function(hunk)
    return hunk.state == 'pending'
  end, p.mine())) == 3
end)
p.keys('u')
wait_until_drawn({ 3, 10, 20 }, 'back where they were')

-- Read again, with another text on the disk.
local lines = t.lines(buffer)
table.insert(lines, 1, 'by another program')
vim.fn.writefile(lines, path)
vim.cmd('edit!')
wait_until_drawn({ 4, 11, 21 }, 'after a reload')

-- Wiped, and opened again.
vim.cmd('enew')
vim.cmd('bwipeout! ' .. buffer)
t.equal(require('singletree.review').counts().all, 3, 'what is proposed outlives the buffer')
table.insert(lines, 1, 'and once more, while it was not open')
vim.fn.writefile(lines, path)
buffer = t.edit(path)
wait_until_drawn({ 5, 12, 22 }, 'in the new buffer')
vim.cmd('enew')
vim.cmd('bunload! ' .. buffer)
buffer = t.edit(path)
wait_until_drawn({ 5, 12, 22 }, 'after it was unloaded')

-- Under another name the text is another file: what is proposed stays with the first.
vim.cmd('silent saveas ' .. path:gsub('many', 'copy'))
t.wait_for('nothing to be drawn under another name', function()
  return #drawn() == 0
end)
p.keys('gg]h')
t.check(said[#said]:find('nothing is proposed for this file; 3'), 'where the others are: ' .. said[#said])
p.keys(']H')
t.equal(vim.api.nvim_buf_get_name(0), path, 'the file that they are in')
t.wait_for('the first of them', function()
  return vim.fn.line('.') == 5
end)

-- In a buffer that must not be written to.
vim.bo.readonly, vim.bo.modifiable = true, false
p.keys('5Ggk')
t.wait_for('a word about it', function()
  return said[#said]:lower():find('modifiable')
end)
t.equal(require('singletree.review').counts().all, 3, 'nothing is lost')
vim.bo.readonly, vim.bo.modifiable = false, true

-- The server is killed: what it said is drawn away, and comes again with the next.
local id = t.client().id
local counts = {}
vim.api.nvim_create_autocmd('User', {
  pattern = 'SingletreeReview',
  callback = vim.schedule_wrap(function()
    table.insert(counts, #drawn())
  end),
})
local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
local server = vim.tbl_filter(function(pid)
  return vim.api.nvim_get_proc(pid).name:find('singletree')
end, children)[1]
vim.uv.kill(server, 'sigkill')
t.wait_for('the client to notice', function()
  return vim.lsp.get_client_by_id(id) == nil
end)
t.wait_for('the next server', function()
  return t.client() and t.client().id ~= id
end)
wait_until_drawn({ 5, 12, 22 }, 'told by the next server')
t.check(vim.tbl_contains(counts, 0), 'what the dead one said was drawn away: ' .. vim.inspect(counts))
p.keys('5Ggk')
p.wait_for_hunks(2)
t.equal(vim.fn.getline(5), 'LINE 3 of it', 'and it can be kept')
