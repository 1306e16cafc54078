-- proves: stale, encodings
-- The random edits of review_shifting with positions in UTF-16, as servers of old count.
local client = require('singletree.client')

local config = client.config
client.config = function()
  local wanted = config()
  wanted.capabilities.general.positionEncodings = { 'utf-16' }
  return wanted
end
dofile('nvim_plugin/review_shifting.lua')
local t = require('lib')
t.equal(t.client().offset_encoding, 'utf-16', 'the encoding that was agreed on')
