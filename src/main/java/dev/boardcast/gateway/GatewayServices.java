package dev.boardcast.gateway;

import dev.boardcast.auth.revocation.AccessGuard;
import dev.boardcast.database.HeartbeatHub;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.engine.SnapshotComparisons;
import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.engine.StreamPublisher;
import dev.boardcast.engine.TopicHistory;
import dev.boardcast.gateway.presence.PresenceRegistry;
import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.web.AccessLog;
import dev.boardcast.web.audit.FailedLogin;
import dev.boardcast.web.limits.ClientLimits;
import java.time.Clock;
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
 * @param comparisons snapshots beside the past, for clients that ask for it
 * @param presence who is present on topics, by the sessions of this node and of others
 * @param accessLog of handshakes
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
    TopicHistory topicHistory,
    SnapshotComparisons comparisons,
    PresenceRegistry presence,
    AccessLog accessLog) {
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
        TopicHistory.NONE,
        SnapshotComparisons.NONE,
        new PresenceRegistry("", Clock.systemUTC()),
        AccessLog.OFF);
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

  /** A builder that begins with these. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Replaces some of the parts. Not thread safe. */
  public static final class Builder {
    private final EventHistory history;
    private final SnapshotSource snapshots;
    private final TeamMemberships memberships;
    private final TopicCatalogue topics;
    private final HeartbeatHub heartbeats;
    private AccessGuard access;
    private EventHistory otherHistory;
    private BooleanSupplier othersMayServe;
    private ClientLimits limits;
    private Consumer<FailedLogin> failedLogins;
    private StreamPublisher publisher;
    private TopicHistory topicHistory;
    private SnapshotComparisons comparisons;
    private PresenceRegistry presence;
    private AccessLog accessLog;

    private Builder(GatewayServices from) {
      history = from.history;
      snapshots = from.snapshots;
      memberships = from.memberships;
      topics = from.topics;
      heartbeats = from.heartbeats;
      access = from.access;
      otherHistory = from.otherHistory;
      othersMayServe = from.othersMayServe;
      limits = from.limits;
      failedLogins = from.failedLogins;
      publisher = from.publisher;
      topicHistory = from.topicHistory;
      comparisons = from.comparisons;
      presence = from.presence;
      accessLog = from.accessLog;
    }

    public GatewayServices build() {
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
          topicHistory,
          comparisons,
          presence,
          accessLog);
    }

    /** Other tokens. */
    Builder authenticator(Authenticator other) {
      access = AccessGuard.of(other);
      return this;
    }

    /** A second source of the event log. */
    public Builder otherHistory(EventHistory other) {
      otherHistory = other;
      return this;
    }

    /** What the node knows of other gateways. */
    public Builder othersMayServe(BooleanSupplier known) {
      othersMayServe = known;
      return this;
    }

    /** Other bounds of clients. */
    public Builder limits(ClientLimits other) {
      limits = other;
      return this;
    }

    /** An audit trail. */
    public Builder failedLogins(Consumer<FailedLogin> handler) {
      failedLogins = handler;
      return this;
    }

    /** A store of what clients publish. */
    public Builder publisher(StreamPublisher other) {
      publisher = other;
      return this;
    }

    /** The past of topics. */
    public Builder topicHistory(TopicHistory other) {
      topicHistory = other;
      return this;
    }

    /** Snapshots beside the past. */
    public Builder comparisons(SnapshotComparisons other) {
      comparisons = other;
      return this;
    }

    /** A log of handshakes. */
    public Builder accessLog(AccessLog other) {
      accessLog = other;
      return this;
    }

    /** Shared with the other nodes of a cluster. */
    public Builder presence(PresenceRegistry other) {
      presence = other;
      return this;
    }
  }
}
