--- Review of what is proposed: everything that a mapping can call, and what the server tells.

local M = {}

---@param name string
---@return table
local function part(name)
  return require('singletree.review.' .. name)
end

--- `singletree/review`
---@param params singletree.ReviewParams
---@param ctx lsp.HandlerContext
function M.on_review(params, ctx)
  part('paint')
  part('track').on_review(params, ctx)
end

--- To the next hunk of this file.
---@param count? integer
function M.next(count)
  part('places').move(1, count or vim.v.count1)
end

--- To the previous hunk of this file.
---@param count? integer
function M.prev(count)
  part('places').move(-1, count or vim.v.count1)
end

--- To the first hunk of the next file.
---@param count? integer
function M.next_file(count)
  part('places').move_file(1, count or vim.v.count1)
end

--- To the last hunk of the file before.
---@param count? integer
function M.prev_file(count)
  part('places').move_file(-1, count or vim.v.count1)
end

--- Selects the lines of the hunk at the cursor: a text object.
function M.select()
  part('places').select()
end

--- Keeps the hunk at the cursor; `.` keeps the next one.
function M.keep()
  part('operator').here('keep')
end

--- Rejects the hunk at the cursor; `.` rejects the next one.
function M.reject()
  part('operator').here('reject')
end

--- For expression mappings: keeps the hunks that a motion touches.
---@return string keys
function M.keep_operator()
  return part('operator').keys('keep')
end

--- For expression mappings: rejects the hunks that a motion touches.
---@return string keys
function M.reject_operator()
  return part('operator').keys('reject')
end

function M.keep_file()
  part('decide').file('keep')
end

function M.reject_file()
  part('decide').file('reject')
end

function M.keep_all()
  part('decide').all('keep')
end

function M.reject_all()
  part('decide').all('reject')
end

--- Takes back the last Keep or Reject.
function M.undo()
  part('decide').undo()
end

--- Opens what is proposed for this file beside it, as a diff.
function M.diff()
  part('proposed').diff()
end

--- Opens one diff of everything that is proposed.
function M.show()
  part('proposed').show_all()
end

--- Shows what the hunk at the cursor is for, in a float.
function M.why()
  part('why').show()
end

--- Lists every hunk in the quickfix list.
function M.hunks()
  part('list').open()
end

---@class singletree.Counts
---@field here integer hunks of the buffer
---@field files integer files with hunks
---@field all integer

--- How much there is to decide: cheap enough for a statusline.
---@param buffer? integer
---@return singletree.Counts
function M.counts(buffer)
  if not package.loaded['singletree.review.state'] then
    return { here = 0, files = 0, all = 0 }
  end
  local state = part('state')
  local files, all = state.files(), state.count()
  local file = all > 0
    and part('paint').file(buffer and buffer ~= 0 and buffer or vim.api.nvim_get_current_buf())
  return { here = file and #file.hunks or 0, files = #files, all = all }
end

return M
