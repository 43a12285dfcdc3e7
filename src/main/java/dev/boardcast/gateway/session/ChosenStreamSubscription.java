package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.EventFilter;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import java.util.Set;

/**
 * A session's subscription to streams with options. Its events come under its own topic, whatever
 * other topics of the session bring. One event loop.
 */
final class ChosenStreamSubscription extends StreamSubscription {
  private final SubscribeOptions options;
  private final ParsedEvents parsed;
  private final boolean startsWithLast;
  private final Pacer pacer;
  private EventMessage newest;

  /**
   * @param history whether earlier events may be read
   * @param parsed the data of events, for its filter
   */
  ChosenStreamSubscription(
      Session session,
      String topic,
      int shard,
      Set<String> streams,
      boolean plain,
      String since,
      long requestedAt,
      SubscribeOptions options,
      boolean history,
      ParsedEvents parsed,
      GatewayLoop loop) {
    super(session, topic, shard, streams, plain, since, requestedAt);
    this.options = options;
    this.parsed = parsed;
    this.startsWithLast = options.latest() && history;
    this.pacer = new Pacer(this, loop, options.intervalMillis(), this::sendNewest);
  }

  @Override
  public Object form() {
    return options.where();
  }

  /** Which events it wants; null for all. */
  EventFilter where() {
    return options.where();
  }

  /** Whether it starts with the last event, in place of those that were missed. */
  boolean startsWithLast() {
    return startsWithLast;
  }

  /** What waits to be sent is of no use where it starts over. */
  @Override
  void startAfter(long sequence) {
    super.startAfter(sequence);
    newest = null;
  }

  /** Takes a live event, once, unless a catch-up brings it. */
  void live(EventMessage message) {
    if (isLive() && message.sequence() > position()) take(message);
  }

  @Override
  void replay(EventMessage message) {
    if (message.sequence() <= position() || !covers(message)) return;
    if (wants(message)) take(message);
    else advanceTo(message.sequence());
  }

  /** Whether its filter lets an event pass. */
  boolean wants(EventMessage message) {
    EventFilter where = options.where();
    return where == null || where.matches(message.event().type(), () -> parsed.tree(message));
  }

  /** Whether the client has everything that it wants up to there, and does not know it. */
  boolean mayAdvanceTo(long sequence) {
    return isLive() && sequence > position() && !pacer.waits();
  }

  /** Takes an event that is at or before its position. */
  void takeLast(EventMessage message) {
    newest = message;
    pacer.offer();
  }

  private void take(EventMessage message) {
    advanceTo(message.sequence());
    if (options.latest()) takeLast(message);
    else Delivery.event(session(), message, topic());
  }

  @Override
  public void ended() {
    pacer.cancel();
  }

  private void sendNewest() {
    if (newest != null) Delivery.event(session(), newest, topic());
  }
}
