-- When each node last sent its heartbeat, which leases it wants, from which other nodes the bus
-- brings it nothing, and its connection: that of a killed process ends at once, long before its
-- leases expire. See NodeHeartbeat.
CREATE TABLE node_heartbeat (
  node          text PRIMARY KEY,
  wants         text[] NOT NULL,
  suspects      text[] NOT NULL,
  leaving       boolean NOT NULL,
  backend       integer NOT NULL,
  backend_start timestamptz,
  seen_at       timestamptz NOT NULL
) WITH (fillfactor = 50);
