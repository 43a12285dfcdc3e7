package dev.boardcast.bus;

import dev.boardcast.spi.Snapshot;
import java.util.List;

/** All addresses of the event bus. They are static: never one per user, team or session. */
public final class Addresses {
  /** Emitter to gateways: events, in the order of their shard's log. */
  public static final Address<EventBatch> EVENTS = new Address<>("events.v4", EventBatch.class);

  /** Any node to gateways: messages that are delivered at most once. */
  public static final Address<EphemeralBatch> EPHEMERAL =
      new Address<>("ephemeral.v1", EphemeralBatch.class);

  /** Emitter to gateways, each second: the head of a shard's log. */
  public static final Address<ShardBeacon> SHARD_BEACONS =
      new Address<>("shard-beacons.v1", ShardBeacon.class);

  /** API to emitters, after commit: a shard's outbox has rows. */
  public static final Address<OutboxCommitted> OUTBOX_HINTS =
      new Address<>("outbox-hints.v1", OutboxCommitted.class);

  /** API to metrics, after commit: a board has new facts. */
  public static final Address<FactsCommitted> FACTS_HINTS =
      new Address<>("facts-hints.v1", FactsCommitted.class);

  /** Metrics to gateways and API: a board's snapshot. */
  public static final Address<Snapshot> SNAPSHOTS = new Address<>("snapshots.v1", Snapshot.class);

  /** API to gateways: what a user may see has changed. */
  public static final Address<PrincipalChanged> PRINCIPAL_CHANGES =
      new Address<>("principal-changes.v1", PrincipalChanged.class);

  /** Every node to all, every second. */
  public static final Address<NodeBeacon> NODE_BEACONS =
      Address.signed("node-beacons.v2", NodeBeacon.class);

  /** API to all nodes. */
  public static final Address<NodeReportRequest> NODE_REPORT_REQUESTS =
      new Address<>("node-report-requests.v1", NodeReportRequest.class);

  /** Every node in response to a request; other nodes than the requesting one ignore it. */
  public static final Address<NodeReport> NODE_REPORTS =
      new Address<>("node-reports.v2", NodeReport.class);

  /** API to all nodes; other nodes than the named one ignore it. */
  public static final Address<LeaveRequest> LEAVE_REQUESTS =
      Address.signed("leave-requests.v2", LeaveRequest.class);

  /** A holder that leaves, to the node that has its lease now; other nodes ignore it. */
  public static final Address<LeaseGranted> LEASE_GRANTS =
      Address.signed("lease-grants.v2", LeaseGranted.class);

  /** API to all nodes, after commit: sessions and tokens that may no longer be used. */
  public static final Address<Revocation> REVOCATIONS =
      Address.signed("revocations.v1", Revocation.class);

  /** API to all nodes: which sessions they have, or an order to end one. */
  public static final Address<SessionRequest> SESSION_REQUESTS =
      Address.signed("session-requests.v1", SessionRequest.class);

  /** Every node in response to a request; other nodes than the requesting one ignore it. */
  public static final Address<SessionList> SESSION_LISTS =
      new Address<>("session-lists.v1", SessionList.class);

  /** API to all nodes: other levels of loggers, for a time. */
  public static final Address<LogLevelChange> LOG_LEVELS =
      Address.signed("log-levels.v1", LogLevelChange.class);

  /** Gateways to all nodes: who is present by their sessions. */
  public static final Address<PresenceReport> PRESENCE =
      new Address<>("presence.v1", PresenceReport.class);

  /** Any node to a gateway whose reports it has missed; other nodes ignore it. */
  public static final Address<PresenceRequest> PRESENCE_REQUESTS =
      new Address<>("presence-requests.v1", PresenceRequest.class);

  /** Every node of mode broadcast to all, several times a second. */
  public static final Address<MemberBeacon> MEMBER_BEACONS =
      Address.signed("member-beacons.v1", MemberBeacon.class);

  /** Between two nodes of mode broadcast, at an address of the receiver's own. */
  public static final Address<ReplicaMessage> REPLICAS =
      new Address<>("replicas.v1", ReplicaMessage.class);

  static final List<Address<?>> ALL =
      List.of(
          EVENTS,
          EPHEMERAL,
          SHARD_BEACONS,
          OUTBOX_HINTS,
          FACTS_HINTS,
          SNAPSHOTS,
          PRINCIPAL_CHANGES,
          NODE_BEACONS,
          NODE_REPORT_REQUESTS,
          NODE_REPORTS,
          LEAVE_REQUESTS,
          LEASE_GRANTS,
          REVOCATIONS,
          SESSION_REQUESTS,
          SESSION_LISTS,
          LOG_LEVELS,
          PRESENCE,
          PRESENCE_REQUESTS,
          MEMBER_BEACONS,
          REPLICAS);

  private Addresses() {}
}
