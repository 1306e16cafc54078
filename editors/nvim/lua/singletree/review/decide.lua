--- Keep, Reject and Undo: what the user saw is what is sent, and what came of it is said.

local client = require('singletree.client')
local label = require('singletree.review.label')
local paint = require('singletree.review.paint')
local places = require('singletree.review.places')
local say = require('singletree.say')
local state = require('singletree.review.state')

local M = {}

---@alias singletree.Verdict 'keep'|'reject'

--- Where hunks stand, for people: `line 3, 12`; nothing of those that are not there any more.
---@param ids table<string, true>
---@return string
local function lines_of(ids)
  local lines = {}
  for _, file in ipairs(state.files()) do
    for _, hunk in ipairs(file.hunks) do
      if ids[hunk.id] then
        table.insert(lines, hunk.range.start.line + 1)
      end
    end
  end
  return #lines == 0 and '' or (' (line %s)'):format(table.concat(lines, ', '))
end

---@param verdict singletree.Verdict
---@param decided { id: string, state: singletree.HunkState }[]
---@param refusals table<string, true>
local function report(verdict, decided, refusals)
  local reached = verdict == 'keep' and 'kept' or 'rejected'
  local count, conflicts, gone, conflicting = 0, 0, 0, {}
  for _, hunk in ipairs(decided) do
    if hunk.state == reached then
      count = count + 1
    elseif hunk.state == 'conflict' then
      conflicts = conflicts + 1
      conflicting[hunk.id] = true
    elseif hunk.state == 'superseded' then
      gone = gone + 1
    end
  end
  local words = {}
  if count > 0 then
    table.insert(
      words,
      verdict == 'keep' and ('%d kept, not saved yet'):format(count) or ('%d rejected'):format(count)
    )
  end
  if conflicts > 0 then
    table.insert(words, ('%d in conflict with your text'):format(conflicts) .. lines_of(conflicting))
  end
  if gone > 0 then
    table.insert(words, ('%d not there any more'):format(gone))
  end
  if #words > 0 then
    say.info(table.concat(words, '; '))
  end
  for message in pairs(refusals) do
    say.refused({ code = 0, message = message })
  end
  if #words == 0 and next(refusals) == nil then
    say.info(verdict == 'keep' and 'nothing was kept' or 'nothing was rejected')
  end
end

--- What is kept is an undo step of its own, also right after the user typed.
local function part_undo()
  for _, file in ipairs(state.files()) do
    local buffer = vim.fn.bufnr(vim.uri_to_fname(file.uri))
    if buffer ~= -1 and vim.api.nvim_buf_is_loaded(buffer) then
      vim.bo[buffer].undolevels = vim.bo[buffer].undolevels
    end
  end
end

--- One after the other: each Keep is an edit of its own, made on the text that the one before left.
---@param verdict singletree.Verdict
---@param asked singletree.Selection[]
local function send(verdict, asked)
  local decided, refusals = {}, {}
  part_undo()
  local function step(index)
    local each = asked[index]
    if not each then
      return report(verdict, decided, refusals)
    end
    local server = vim.lsp.get_client_by_id(each.client_id)
    client.execute('singletree.review.' .. verdict, each.argument, function(err, result)
      if err then
        refusals[err.message] = true
      else
        vim.list_extend(decided, result and result.hunks or {})
      end
      step(index + 1)
    end, server)
  end
  step(1)
end

--- What is decided on together is one decision of its server's, and one undo of it.
---@param hunks singletree.Hunk[]
---@return singletree.Selection[]
local function together(hunks)
  local ids, selections = {}, {}
  for _, hunk in ipairs(hunks) do
    local client_id = assert(hunk.client_id)
    ids[client_id] = ids[client_id] or {}
    table.insert(ids[client_id], hunk.id)
  end
  for client_id, of_client in pairs(ids) do
    local argument = { hunkId = #of_client == 1 and of_client[1] or of_client }
    table.insert(selections, { client_id = client_id, argument = argument })
  end
  return selections
end

---@param verdict singletree.Verdict
---@param hunk singletree.Hunk
---@return boolean
local function is_allowed(verdict, hunk)
  return hunk.state == 'pending' or verdict == 'reject' and hunk.state == 'conflict'
end

---@param verdict singletree.Verdict
---@param hunks singletree.Hunk[]
local function decide(verdict, hunks)
  local allowed = vim.tbl_filter(function(hunk)
    return is_allowed(verdict, hunk)
  end, hunks)
  if #allowed == 0 then
    local why = label.hindrance(hunks[1]) or hunks[1].state
    return say.info(('not %s: it is %s'):format(verdict == 'keep' and 'kept' or 'rejected', why))
  end
  -- Those that cannot be decided on stay, and the answer says so.
  send(verdict, together(hunks))
end

--- The hunk at the cursor.
---@param verdict singletree.Verdict
function M.here(verdict)
  local place = places.at(0, vim.api.nvim_win_get_cursor(0)[1] - 1)
  if place then
    return decide(verdict, { place.hunk })
  end
  say.info(paint.file(0) and 'no proposed change at the cursor' or places.nothing_here())
end

--- All hunks that touch lines `first` to `last`.
---@param verdict singletree.Verdict
---@param first integer
---@param last integer
function M.range(verdict, first, last)
  local file = paint.file(0)
  local touched = places.touched(0, first, last)
  if #touched == 0 or not file then
    return say.info(file and 'no proposed change in these lines' or places.nothing_here())
  end
  decide(
    verdict,
    vim.tbl_map(function(place)
      return place.hunk
    end, touched)
  )
end

---@param verdict singletree.Verdict
function M.file(verdict)
  local file = paint.file(0)
  if not file then
    return say.info(places.nothing_here())
  end
  send(verdict, state.selections(file.uri))
end

---@param verdict singletree.Verdict
function M.all(verdict)
  if #state.files() == 0 then
    return say.info('nothing is proposed')
  end
  send(verdict, state.selections())
end

--- Takes back the last decision.
function M.undo()
  client.execute('singletree.review.undo', {}, function(err, result)
    if err then
      return say.refused(err)
    end
    local count = #(result and result.hunks or {})
    say.info(count == 0 and 'there is nothing to take back' or ('taken back: %d offered again'):format(count))
  end)
end

return M
