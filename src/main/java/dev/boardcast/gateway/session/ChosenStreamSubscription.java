package dev.boardcast.gateway.session;

import dev.boardcast.gateway.GatewayLoop;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import java.util.Set;

/**
 * A session's subscription to streams with options. Its events come under its own topic, whatever
 * other topics of the session bring. One event loop.
 */
final class ChosenStreamSubscription extends StreamSubscription {
  private final SubscribeOptions options;
  private final boolean startsWithLast;
  private final Pacer pacer;
  private EventMessage newest;

  /**
   * @param history whether earlier events may be read
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
      GatewayLoop loop) {
    super(session, topic, shard, streams, plain, since, requestedAt);
    this.options = options;
    this.startsWithLast = options.latest() && history;
    this.pacer = new Pacer(this, loop, options.intervalMillis(), this::sendNewest);
  }

  /** Whether it starts with the last event, in place of those that were missed. */
  boolean startsWithLast() {
    return startsWithLast;
  }

  /** Takes a live event, once, unless a catch-up brings it. */
  void live(EventMessage message) {
    if (isLive() && message.sequence() > position()) take(message);
  }

  @Override
  void replay(EventMessage message) {
    if (message.sequence() > position() && covers(message)) take(message);
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
    Delivery.event(session(), newest, topic());
  }
}
