std = "max"
max_line_length = 140
-- Read where they are; the adapters ask whether they are there.
read_globals = { "vim", "eco" }
exclude_files = { "sshrpc/types.lua", "tests/scripts" }
files["tests/eco-double"] = { globals = { "eco", "arg", "os" } }
files["tests"] = { max_line_length = 180 }
