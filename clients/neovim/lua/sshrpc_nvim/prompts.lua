--- What a login asks, asked in Neovim.

local M = {}

--- What a server says, without what could pass for something else.
local function printable(text)
  return (tostring(text or ""):gsub("[%c\127]+", " "))
end

--- Answers a `client/prompt`; nil refuses.
function M.answer(authority, params)
  if params.kind == "host-key" then
    local key = params.hostKey
    local what = key.reason == "changed" and "has CHANGED; somebody may be in the middle" or "is not known yet"
    local question = ("The host key of %s %s.\nIt is %s %s. Trust it?"):format(authority, what, key.type, key.fingerprint)
    return { accept = vim.fn.confirm(question, "&Yes\n&No", 2, "Warning") == 1 }
  end
  local answers = {}
  for index, each in ipairs(params.prompts) do
    local words = { authority .. ":", printable(params.name), printable(params.instruction), printable(each.prompt) }
    local text = table.concat(vim.tbl_filter(function(word) return word ~= "" end, words), " ")
    -- Escape throws for one of the two, and is an empty answer of the other.
    local ok, answer = pcall(each.echo and vim.fn.input or vim.fn.inputsecret, text)
    if not ok or answer == "" then return nil end
    answers[index] = answer
  end
  return { answers = answers }
end

return M
