-- `document` and `test` on real functions of each language, kept from the menu and saved; then the language's own
-- tool reads the result.
local t = require('lib')
local workspace = vim.env.TEST_WORKSPACE
local progress = t.watch_progress()

--- The 1-based line of the current buffer that holds `text`.
local function line_of(text)
  for at, line in ipairs(t.lines(0)) do
    if line:find(text, 1, true) then
      return at
    end
  end
  t.fail(('no line holds %q'):format(text))
end

--- `command` on the function whose first line holds `at`; keeps what is proposed and returns its one file.
local function propose_and_keep(command, at)
  local ended = progress['end']
  t.run(command, line_of(at))
  t.wait_for('the turn to end: ' .. command .. ' ' .. at, function()
    return progress['end'] > ended
  end)
  local hunks = t.hunks()
  t.check(#hunks > 0, 'something is proposed for ' .. at)
  for left = #hunks - 1, 0, -1 do
    t.decide('keep', t.hunks()[1])
    t.wait_for(('%s of %s to leave %d hunks'):format(command, at, left), function()
      return #t.open_hunks() == left
    end)
  end
  return vim.uri_to_fname(hunks[1].uri)
end

local function check(case)
  local path = workspace .. '/' .. case.path
  local buffer = t.edit(path)
  for _, asked in ipairs(case.document) do
    local at, words = unpack(asked)
    propose_and_keep('document', at)
    local text = table.concat(t.lines(0), '\n')
    for _, word in ipairs(words) do
      t.check(text:find(word, 1, true), ('the documentation of %s says %q:\n%s'):format(at, word, text))
    end
  end
  for _, asked in ipairs(case.test) do
    local at, words = unpack(asked)
    vim.api.nvim_set_current_buf(buffer)
    local file = propose_and_keep('test', at)
    t.equal(file, workspace .. '/' .. case.test_path, 'the place of the test for ' .. at)
    local text = table.concat(t.lines(vim.fn.bufadd(file)), '\n')
    for _, word in ipairs(words) do
      t.check(text:find(word, 1, true), ('the test of %s says %q:\n%s'):format(at, word, text))
    end
  end
  vim.cmd('silent wall')
  for _, tool in ipairs(case.tools) do
    local done = vim.system(tool, { cwd = workspace .. '/' .. (case.cwd or ''), env = case.env, text = true }):wait()
    t.equal({ done.code, done.stdout }, { 0, case.prints or '' }, table.concat(tool, ' ') .. '\n' .. (done.stderr or ''))
  end
end

check({
  path = 'crate/src/settings.rs',
  document = {
    { 'pub fn parse(', { '/// # Errors' } },
    { 'pub fn longest_common_prefix', { '///' } },
  },
  test = { { 'pub fn parse(', { '#[cfg(test)]', '#[test]' } }, { 'pub fn get(', { '#[test]' } } },
  test_path = 'crate/src/settings.rs',
  tools = { { 'rustc', '--edition=2021', '--crate-type=lib', '--test', '--emit=metadata', '-o', '../settings.rmeta', 'crate/src/settings.rs' } },
})

check({
  path = 'billing/invoice.py',
  document = {
    { 'def round_cents', { 'Args:', 'amount', 'Raises:', 'ValueError' } },
    { 'def add(', { 'CurrencyMismatch', 'quantity' } },
    { 'def group_by_customer(', { 'minimum' } },
  },
  test = { { 'def round_cents', { 'from billing.invoice import round_cents' } }, { 'def due(', { 'Invoice(' } } },
  test_path = 'tests/test_invoice.py',
  tools = {
    { 'python3', '-m', 'py_compile', 'billing/invoice.py', 'tests/test_invoice.py' },
    { 'python3', 'tests/test_invoice.py' },
  },
  env = { PYTHONPATH = workspace },
})

check({
  path = 'web/src/cart.ts',
  document = {
    { 'export function formatPrice', { '@param amount', '@returns', '@throws' } },
    { '  add(sku', { '@param sku', '@throws' } },
    { 'export const mergeQuantities', { '@param first' } },
  },
  test = { { 'export function formatPrice', { 'from "vitest"', 'from "./cart"' } }, { '  total(): number', { 'new Cart(' } } },
  test_path = 'web/src/cart.test.ts',
  tools = { { vim.env.NODE_TOOLS .. '/tsc', '--noEmit', '-p', 'web' } },
})

local go = vim.env.GO_ROOT .. '/usr/lib/go'
check({
  path = 'gomod/ledger/ledger.go',
  document = {
    { 'func Largest(', { '// Largest ' } },
    { 'func (l *Ledger) Book(', { '// Book ' } },
  },
  test = { { 'func Largest(', { 'func TestLargest(', 'reflect' } }, { 'func (l *Ledger) Book(', { 'TestLedger_Book', '"time"' } } },
  test_path = 'gomod/ledger/ledger_test.go',
  cwd = 'gomod',
  tools = { { go .. '/bin/gofmt', '-l', '.' }, { go .. '/bin/go', 'vet', './ledger' } },
  env = { GOROOT = go, GOTOOLCHAIN = 'local', GOFLAGS = '-mod=mod', GOPROXY = 'off', GOCACHE = vim.env.GOCACHE },
})
