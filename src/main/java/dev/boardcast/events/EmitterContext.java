package dev.boardcast.events;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.NodeHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;

/** What the emitters of all shards of one node share. */
record EmitterContext(
    NodeHeartbeat heartbeat, Pool pool, TypedBus bus, EmitterConfig config, MeterRegistry meters) {}
