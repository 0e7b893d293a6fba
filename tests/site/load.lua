-- wrk이 부르는 것: 책의 파일을 차례로 받고, 끝나면 잰 것을 JSON 한 줄로 냅니다.
-- 스레드마다 따로 돌므로 시작하는 자리를 달리합니다.
local started = 0

function setup(thread)
  started = started + 1
  thread:set("number", started)
end

function init(arguments)
  wrk.headers["Accept-Encoding"] = "gzip"
  paths = {}
  for path in io.lines(arguments[1]) do paths[#paths + 1] = wrk.format("GET", path) end
  place = number * 7
end

function request()
  place = place % #paths + 1
  return paths[place]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.3f, "bytes": %d, "p50_ms": %.3f, "p99_ms": %.3f, "longest_ms": %.3f, '
      .. '"errors": {"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d}}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    e.connect, e.read, e.write, e.timeout, e.status))
end
