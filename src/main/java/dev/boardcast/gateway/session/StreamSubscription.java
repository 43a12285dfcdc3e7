package dev.boardcast.gateway.session;

import dev.boardcast.gateway.TopicCatalogue;
import dev.boardcast.gateway.protocol.EventMessage;
import java.util.List;
import java.util.Set;

/**
 * A session's place in one or several streams of one shard.
 *
 * <p>Everything of its streams up to {@link #position} is settled: sent, or older than what was
 * asked for. While it catches up, live events pass it by; {@link SubscriptionCatchUp} brings them.
 * One event loop.
 */
public final class StreamSubscription implements Subscription {
  private final Session session;
  private final String topic;
  private final int shard;
  private final boolean plain;
  private Set<String> streams;
  private long start;
  private long position;
  private SubscriptionCatchUp catchUp;
  private boolean placed;
  private final String since;

  /**
   * @param since where the client wants to go on from; null for from now on
   */
  StreamSubscription(
      Session session,
      String topic,
      int shard,
      TopicCatalogue.Verdict.OfStreams found,
      String since) {
    this.session = session;
    this.topic = topic;
    this.since = since;
    this.shard = shard;
    this.plain = found.plain();
    this.streams = found.streams();
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public String topic() {
    return topic;
  }

  public int shard() {
    return shard;
  }

  public Set<String> streams() {
    return streams;
  }

  /** Whether its topic is the name of its one stream. */
  boolean isPlain() {
    return plain;
  }

  long position() {
    return position;
  }

  boolean isLive() {
    return catchUp == null;
  }

  boolean isCaughtUpBy(SubscriptionCatchUp other) {
    return catchUp == other;
  }

  void catchUpBy(SubscriptionCatchUp next) {
    catchUp = next;
  }

  void live() {
    catchUp = null;
  }

  String since() {
    return since;
  }

  /** Whether it has been decided where it begins. */
  boolean isPlaced() {
    return placed;
  }

  /** Begins at {@code after}: older events are none of its business. */
  void startAfter(long after) {
    placed = true;
    start = after;
    position = after;
  }

  /**
   * Goes on from an offset the client handed back. In a plain topic that means it has everything up
   * to there; {@code tasks} may have stood for other teams then.
   */
  void resumeAfter(long sequence) {
    placed = true;
    start = plain ? 0 : sequence;
    position = sequence;
  }

  /** Follows other streams from its position on. */
  void follow(Set<String> others) {
    if (!others.equals(streams)) start = position;
    streams = others;
  }

  void advanceTo(long sequence) {
    if (sequence > position) position = sequence;
  }

  boolean covers(EventMessage message) {
    return message.shard() == shard && coversAny(message.event().streams());
  }

  /** Whether it has brought that event, or the client said so. */
  boolean has(EventMessage message) {
    return message.sequence() > start && message.sequence() <= position && covers(message);
  }

  /** Goes by index: this is asked for each event and receiver. */
  private boolean coversAny(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (streams.contains(names.get(i))) return true;
    }
    return false;
  }
}
