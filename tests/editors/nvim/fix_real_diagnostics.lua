-- `fix` on diagnostics that real language servers published: rust-analyzer, pyright, tsserver, gopls.
local t = require('lib')
local workspace = vim.env.TEST_WORKSPACE

--- Starts a language server beside ours and waits for its diagnostics on `path`; runs the fix from the menu on
--- the line of the first that `matches`, keeps it and returns the new text.
local function fix(case)
  local path = workspace .. '/' .. case.path
  local buffer = t.edit(path)
  local id = vim.lsp.start({ name = case.server, cmd = case.cmd, cmd_env = case.env, root_dir = workspace .. '/' .. case.root,
    settings = case.settings, init_options = case.settings and case.settings['rust-analyzer'] }, { bufnr = buffer })
  t.check(id, case.server .. ' starts')
  local wanted
  t.check(vim.wait(120000, function()
    for _, diagnostic in ipairs(vim.diagnostic.get(buffer)) do
      if diagnostic.source ~= 'singletree' and diagnostic.message:find(case.message) then
        wanted = diagnostic
      end
    end
    return wanted ~= nil
  end, 20), case.server .. ' publishes ' .. case.message .. '; there are ' .. vim.inspect(vim.diagnostic.get(buffer)))

  local raw = wanted.user_data.lsp
  local line = wanted.lnum + 1
  for _, action in ipairs(t.actions(line, line, { raw })) do
    if action.kind == 'quickfix' and action.command.command == 'singletree.run' and action.command.arguments[1].command == 'fix' then
      t.request('workspace/executeCommand', action.command, buffer)
      local hunks = t.wait_for_hunks(case.hunks or 1)
      t.execute('singletree.review.keep', vim.empty_dict())
      t.wait_for('the fix in the buffer', function()
        return #t.hunks('pending', 'keeping') == 0
      end)
      t.equal(t.lines(buffer), case.fixed, case.server .. ': ' .. wanted.message)
      vim.lsp.stop_client(id, true)
      return hunks
    end
  end
  t.fail('no quickfix for ' .. vim.inspect(raw) .. ' among ' .. vim.inspect(t.actions(line, line, { raw })))
end

local function lines(text)
  return vim.split(text, '\n', { plain = true, trimempty = true })
end

fix({
  server = 'pyright', cmd = { vim.env.NODE_TOOLS .. '/pyright-langserver', '--stdio' }, root = '.',
  path = 'broken.py', message = 'json.* is not defined',
  settings = { python = { analysis = { diagnosticMode = 'openFilesOnly' } } },
  fixed = lines('import json\n\n\ndef load(text):\n    return json.loads(text)\n'),
})

fix({
  server = 'tsserver', cmd = { vim.env.NODE_TOOLS .. '/typescript-language-server', '--stdio' }, root = '.',
  path = 'broken.ts', message = 'Did you mean',
  fixed = lines('export function area(width: number, height: number): number {\n  return width * height;\n}'),
})

fix({
  server = 'gopls', cmd = { vim.env.GOPLS }, root = 'gomod', path = 'gomod/broken.go', message = 'strings',
  env = { GOROOT = vim.env.GO_ROOT .. '/usr/lib/go', PATH = vim.env.GO_ROOT .. '/usr/lib/go/bin:' .. vim.env.PATH,
    GOTOOLCHAIN = 'local', GOFLAGS = '-mod=mod', GOPROXY = 'off' },
  fixed = lines('package gomod\n\nimport "strings"\n\nfunc Shout(text string) string {\n\treturn strings.ToUpper(text)\n}'),
})

fix({
  server = 'rust-analyzer', cmd = { vim.env.RUST_ANALYZER }, root = 'crate', path = 'crate/src/lib.rs',
  message = 'unused variable',
  settings = { ['rust-analyzer'] = { cargo = { buildScripts = { enable = false } }, procMacro = { enable = false } } },
  fixed = lines('pub fn area(width: u32, height: u32) -> u32 {\n    let _scale = 2;\n    width * height\n}'),
})
vim.cmd('qall!')
