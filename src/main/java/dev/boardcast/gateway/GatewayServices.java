package dev.boardcast.gateway;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.database.HeartbeatHub;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.engine.TopicHistory;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.web.audit.FailedLogin;
import dev.boardcast.web.limits.ClientLimits;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What the gateway asks of the rest of the node. All of it is called from event loops and must not
 * block.
 *
 * @param history the event log, for repair and resume
 * @param snapshots the newest snapshot of a board, for a client that has none yet
 * @param access who sessions are of, and whether these may still act
 * @param topics which topics exist, and who may see them
 * @param heartbeats of the database
 * @param otherHistory the same event log by another pool of connections, asked as well when the
 *     first takes long
 * @param othersMayServe whether another gateway of the cluster may serve a client that this one
 *     keeps waiting
 * @param limits the bounds of clients on every port of the node
 * @param failedLogins told of each token of a session that was refused
 * @param publisher stores what clients publish
 * @param topicHistory the past of topics, for clients that ask for it
 */
public record GatewayServices(
    EventHistory history,
    SnapshotSource snapshots,
    AccessGuard access,
    TeamMemberships memberships,
    TopicCatalogue topics,
    HeartbeatHub heartbeats,
    EventHistory otherHistory,
    BooleanSupplier othersMayServe,
    ClientLimits limits,
    Consumer<FailedLogin> failedLogins,
    StreamPublisher publisher,
    TopicHistory topicHistory) {
  /** For a node without a cluster, with one pool of connections. */
  public GatewayServices(
      EventHistory history,
      SnapshotSource snapshots,
      Authenticator authenticator,
      TeamMemberships memberships,
      TopicCatalogue topics,
      HeartbeatHub heartbeats) {
    this(
        history,
        snapshots,
        AccessGuard.of(authenticator),
        memberships,
        topics,
        heartbeats,
        history,
        () -> false,
        ClientLimits.defaults(),
        login -> {},
        StreamPublisher.NONE,
        TopicHistory.NONE);
  }

  /** Without heartbeats of the database: the log is polled while the bus is silent. */
  public GatewayServices(
      EventHistory history,
      SnapshotSource snapshots,
      Authenticator authenticator,
      TeamMemberships memberships,
      TopicCatalogue topics) {
    this(history, snapshots, authenticator, memberships, topics, new HeartbeatHub());
  }

  /** The same, with a second source of the event log. */
  public GatewayServices withOtherHistory(EventHistory other) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        other,
        othersMayServe,
        limits,
        failedLogins,
        publisher,
        topicHistory);
  }

  /** The same, with other tokens. */
  GatewayServices withAuthenticator(Authenticator other) {
    return new GatewayServices(
        history,
        snapshots,
        AccessGuard.of(other),
        memberships,
        topics,
        heartbeats,
        otherHistory,
        othersMayServe,
        limits,
        failedLogins,
        publisher,
        topicHistory);
  }

  /** The same, in a cluster. */
  public GatewayServices withOthersMayServe(BooleanSupplier known) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        otherHistory,
        known,
        limits,
        failedLogins,
        publisher,
        topicHistory);
  }

  /** The same, with other bounds of clients. */
  public GatewayServices withLimits(ClientLimits other) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        otherHistory,
        othersMayServe,
        other,
        failedLogins,
        publisher,
        topicHistory);
  }

  /** The same, with an audit trail. */
  public GatewayServices withFailedLogins(Consumer<FailedLogin> handler) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        otherHistory,
        othersMayServe,
        limits,
        handler,
        publisher,
        topicHistory);
  }

  /** The same, with the past of topics. */
  public GatewayServices withTopicHistory(TopicHistory other) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        otherHistory,
        othersMayServe,
        limits,
        failedLogins,
        publisher,
        other);
  }

  /** The same, with a store of what clients publish. */
  public GatewayServices withPublisher(StreamPublisher other) {
    return new GatewayServices(
        history,
        snapshots,
        access,
        memberships,
        topics,
        heartbeats,
        otherHistory,
        othersMayServe,
        limits,
        failedLogins,
        other,
        topicHistory);
  }
}
