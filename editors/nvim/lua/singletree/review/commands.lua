--- What `:Singletree` knows about the review.

local M = {}

---@return table
local function review()
  return require('singletree.review')
end

---@param lead string
---@param words string[]
---@return string[]
local function starting(lead, words)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

local SCOPES = { 'all', 'file', 'hunk' }

---@param lead string
---@return string[]
local function scopes(lead)
  return starting(lead, SCOPES)
end

---@param words string
---@param known string[]
---@return boolean
local function is_known(words, known)
  if words == '' or vim.tbl_contains(known, words) then
    return true
  end
  local expected = table.concat(known, ', ')
  require('singletree.say').error(('`%s` is not one of: %s'):format(words, expected))
  return false
end

---@param verdict singletree.Verdict
---@return fun(call: singletree.Call)
local function decide(verdict)
  return function(call)
    if not is_known(call.words, SCOPES) then
      return
    end
    if call.words == 'file' or call.words == 'all' then
      review()[verdict .. '_' .. call.words]()
    elseif call.range then
      require('singletree.review.decide').range(verdict, call.range.first, call.range.last)
    else
      require('singletree.review.decide').here(verdict)
    end
  end
end

---@param direction 'next'|'prev'
---@return fun(call: singletree.Call)
local function move(direction)
  return function(call)
    if is_known(call.words, { 'file' }) then
      local count = call.range and call.range.last or 1
      review()[call.words == 'file' and direction .. '_file' or direction](count)
    end
  end
end

---@param lead string
---@return string[]
local function file_only(lead)
  return starting(lead, { 'file' })
end

---@type table<string, singletree.Subcommand>
M.subcommands = {
  next = { desc = 'Go to the next proposed change, or file of one', run = move('next'), complete = file_only },
  prev = {
    desc = 'Go to the previous proposed change, or file of one',
    run = move('prev'),
    complete = file_only,
  },
  keep = {
    desc = 'Keep the change at the cursor, in a range, of the file, or all',
    run = decide('keep'),
    complete = scopes,
  },
  reject = {
    desc = 'Reject the change at the cursor, in a range, of the file, or all',
    run = decide('reject'),
    complete = scopes,
  },
  undo = {
    desc = 'Take back the last Keep or Reject',
    run = function()
      review().undo()
    end,
  },
  hunks = {
    desc = 'List all proposed changes in the quickfix list',
    run = function()
      review().hunks()
    end,
  },
  why = {
    desc = 'Show what the change at the cursor is for',
    run = function()
      review().why()
    end,
  },
  diff = {
    desc = 'Show this file beside what is proposed for it, or a diff of all',
    run = function(call)
      if is_known(call.words, { 'all' }) then
        review()[call.words == 'all' and 'show' or 'diff']()
      end
    end,
    complete = function(lead)
      return starting(lead, { 'all' })
    end,
  },
}

return M
