--- Review of what is proposed: everything that a mapping can call, and what the server tells.

local M = {}

--- `singletree/review`
---@param params singletree.ReviewParams
---@param ctx lsp.HandlerContext
function M.on_review(params, ctx)
  require('singletree.review.paint')
  require('singletree.review.track').on_review(params, ctx)
end

--- To the next hunk of this file.
---@param count? integer
function M.next(count)
  require('singletree.review.places').move(1, count or vim.v.count1)
end

--- To the previous hunk of this file.
---@param count? integer
function M.prev(count)
  require('singletree.review.places').move(-1, count or vim.v.count1)
end

--- To the first hunk of the next file.
---@param count? integer
function M.next_file(count)
  require('singletree.review.places').move_file(1, count or vim.v.count1)
end

--- To the last hunk of the file before.
---@param count? integer
function M.prev_file(count)
  require('singletree.review.places').move_file(-1, count or vim.v.count1)
end

--- Selects the lines of the hunk at the cursor: a text object.
function M.select()
  require('singletree.review.places').select()
end

--- Keeps the hunk at the cursor. For operators and `.` there are the <Plug> mappings.
function M.keep()
  require('singletree.review.decide').here('keep')
end

--- Rejects the hunk at the cursor.
function M.reject()
  require('singletree.review.decide').here('reject')
end

function M.keep_file()
  require('singletree.review.decide').file('keep')
end

function M.reject_file()
  require('singletree.review.decide').file('reject')
end

function M.keep_all()
  require('singletree.review.decide').all('keep')
end

function M.reject_all()
  require('singletree.review.decide').all('reject')
end

--- Takes back the last Keep or Reject.
function M.undo()
  require('singletree.review.decide').undo()
end

--- Opens what is proposed for this file beside it, as a diff.
function M.diff()
  require('singletree.review.proposed').diff()
end

--- Opens one diff of everything that is proposed.
function M.show()
  require('singletree.review.proposed').show_all()
end

--- Shows what the hunk at the cursor is for, in a float.
function M.why()
  require('singletree.review.why').show()
end

--- Lists every hunk in the quickfix list.
function M.hunks()
  require('singletree.review.list').open()
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
  local state = require('singletree.review.state')
  local files, all = state.files(), state.count()
  local file = all > 0
    and require('singletree.review.paint').file(
      buffer and buffer ~= 0 and buffer or vim.api.nvim_get_current_buf()
    )
  return { here = file and #file.hunks or 0, files = #files, all = all }
end

return M
