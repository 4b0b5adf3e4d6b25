-- wrk's part: send the lines of a file in turn, "authorization<TAB>body", again from the start when it ends.
-- Usage: wrk -s load.lua URL -- FILE [check]; with "check" every answer is looked into, which costs wrk some time.
local requests, at, threads = {}, 0, {}
bad, sample = 0, ""

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  for line in io.lines(args[1]) do
    local authorization, body = line:match("^(.-)\t(.*)$")
    local kind = body:sub(1, 1) == "{" and "application/json" or "application/x-www-form-urlencoded"
    local headers = { ["Content-Type"] = kind, ["Accept-Language"] = "en" }
    if authorization ~= "" then headers["Authorization"] = authorization end
    requests[#requests + 1] = wrk.format("POST", nil, headers, body)
  end
  if args[2] == "check" then
    response = function(status, _, body)
      if status ~= 200 or body:find('"errors"', 1, true) or body:find('"code"', 1, true) then
        bad, sample = bad + 1, status .. " " .. body:sub(1, 300)
      end
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local wrong, said = 0, ""
  for _, thread in ipairs(threads) do
    wrong, said = wrong + thread:get("bad"), thread:get("sample")
  end
  local e = summary.errors
  wrong = wrong + e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format("RESULT %d %.6f %.3f %.3f %d %s\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, wrong, said))
end
