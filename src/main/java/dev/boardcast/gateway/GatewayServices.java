package dev.boardcast.gateway;

import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.HeartbeatHub;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.TeamMemberships;

/**
 * What the gateway asks of the rest of the node. All of it is called from event loops and must not
 * block.
 *
 * @param history the event log, for repair and resume
 * @param snapshots the newest snapshot of a board, for a client that has none yet
 * @param topics which topics exist, and who may see them
 * @param heartbeats of the database
 */
public record GatewayServices(
    EventHistory history,
    SnapshotSource snapshots,
    Authenticator authenticator,
    TeamMemberships memberships,
    TopicCatalogue topics,
    HeartbeatHub heartbeats) {
  /** Without heartbeats of the database: the log is polled where the bus is silent. */
  public GatewayServices(
      EventHistory history,
      SnapshotSource snapshots,
      Authenticator authenticator,
      TeamMemberships memberships,
      TopicCatalogue topics) {
    this(history, snapshots, authenticator, memberships, topics, new HeartbeatHub());
  }
}
