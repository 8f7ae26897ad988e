-- For wrk: hand in complaints, each from a client address of its own; tell the result as one line of JSON.
-- Usage: wrk -s complaints.lua ADDRESS PREFIX, where PREFIX keeps the client addresses of two runs apart.

local prefix, number = "1", 0

function init(arguments)
   prefix = arguments[1] or prefix
end

function request()
   number = number + 1
   local from = string.format("10.%s.%d.%d", prefix, math.floor(number / 250) % 250, number % 250)
   local body = string.format(
      '{"title": "Jalan rusak %d", "body": "Jalan di depan pasar berlubang sejak bulan lalu, laporan %d.", ' ..
      '"district_code": "74.08.05", "name": "Warga %d", "phone": "+62811%07d", "ombudsman_consent": true}',
      number, number, number, number)
   local headers = {["Content-Type"] = "application/json", ["X-Forwarded-For"] = from}
   return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '{"count": %d, "seconds": %.6f, "refused": %d, "lost": %d, "p50": %.3f, "p99": %.3f}\n',
      summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
