-- wrk -t1 -c32 -d10s --latency -s src/bench/scenarios/wrk.lua http://127.0.0.1:8080
-- TOKEN="$TOKEN" wrk -t1 -c32 -d10s --latency -s src/bench/scenarios/wrk.lua http://127.0.0.1:8080
--
-- Against a node started with --demo: reads of all boards in turn. With a TOKEN of the role "ingest" every tenth
-- request writes a decision instead.
local paths = {
  "/api/v1/boards/routing",
  "/api/v1/boards/platform",
  "/api/v1/boards/analysis",
  "/api/v1/boards/pipeline",
  "/routing/metrics",
}
local token = os.getenv("TOKEN")
local decision = '{"strategy":"hybrid","provider":"gemini","confidence":0.91,"cost":0.00005}'
local count = 0

function request()
  count = count + 1
  if token and count % 10 == 0 then
    local headers = { ["Authorization"] = "Bearer " .. token, ["Content-Type"] = "application/json" }
    return wrk.format("POST", "/routing/decisions", headers, decision)
  end
  return wrk.format("GET", paths[count % #paths + 1])
end

function done(summary, latency, requests)
  io.write(string.format("answers that were no success: %d\n", summary.errors.status))
end
