package dev.boardcast.database;

import io.vertx.core.Context;
import java.util.OptionalLong;

/**
 * A lease that a part of this node requests, and the listener for its state, on its own context.
 * Thread safe.
 */
final class LeaseRegistration {
  /** Receives the state of the lease. */
  interface Listener {
    /**
     * A heartbeat was answered.
     *
     * @param token empty when this node did not hold the lease
     * @param askedNanos when the heartbeat was sent; what has changed since is not in it
     */
    void answered(OptionalLong token, long askedNanos);

    /** A heartbeat has failed. */
    void unanswered();

    /**
     * The bus messages of another node reach more nodes than those of this one.
     *
     * @param minReceivers one more than those of this one reach
     */
    void betterConnected(long minReceivers);

    /** Another node has handed the lease over. */
    void granted(long token);
  }

  private final Lease lease;
  private final Context context;
  private final Listener listener;
  private volatile boolean wanted;

  LeaseRegistration(Lease lease, Context context, Listener listener) {
    this.lease = lease;
    this.context = context;
    this.listener = listener;
  }

  Lease lease() {
    return lease;
  }

  /** Whether the next heartbeats renew the lease, or acquire it when it is free. */
  void setWanted(boolean isWanted) {
    wanted = isWanted;
  }

  HeartbeatStatement.Request request() {
    return new HeartbeatStatement.Request(lease.name(), lease.ttl(), wanted);
  }

  void answered(OptionalLong token, long askedNanos) {
    context.runOnContext(turn -> listener.answered(token, askedNanos));
  }

  void unanswered() {
    context.runOnContext(turn -> listener.unanswered());
  }

  void betterConnected(long minReceivers) {
    context.runOnContext(turn -> listener.betterConnected(minReceivers));
  }

  void granted(long token) {
    context.runOnContext(turn -> listener.granted(token));
  }
}
