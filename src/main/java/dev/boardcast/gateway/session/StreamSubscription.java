package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.EventMessage;
import java.util.List;
import java.util.Set;

/**
 * A session's subscription to one or several streams of one shard, and its position in them.
 *
 * <p>Every event of its streams up to {@link #position} was sent, or is older than requested.
 * During a catch-up it ignores live events, which {@link SubscriptionCatchUp} brings instead. One
 * event loop.
 */
sealed class StreamSubscription implements Subscription permits ChosenStreamSubscription {
  private final Session session;
  private final String topic;
  private final int shard;
  private final boolean plain;
  private final String since;
  private final long requestedAt;
  private Set<String> streams;
  // Of the events in (start, position], the client has every one of these streams.
  private long start;
  private long position;
  private boolean started;
  private boolean waitsForTeams;
  private SubscriptionCatchUp catchUp;

  /**
   * @param plain whether the topic is the name of its one stream
   * @param since the offset to resume after; null to start with new events
   * @param requestedAt when the client asked for it, in ms of the loop's clock
   */
  StreamSubscription(
      Session session,
      String topic,
      int shard,
      Set<String> streams,
      boolean plain,
      String since,
      long requestedAt) {
    this.session = session;
    this.topic = topic;
    this.shard = shard;
    this.streams = streams;
    this.plain = plain;
    this.since = since;
    this.requestedAt = requestedAt;
  }

  @Override
  public Session session() {
    return session;
  }

  @Override
  public String topic() {
    return topic;
  }

  int shard() {
    return shard;
  }

  Set<String> streams() {
    return streams;
  }

  /** Whether the session may have it depends on its principal's current teams. */
  boolean waitsForTeams() {
    return waitsForTeams;
  }

  void setWaitsForTeams(boolean depends) {
    waitsForTeams = depends;
  }

  boolean isPlain() {
    return plain;
  }

  String since() {
    return since;
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

  /** Starts a catch-up, in place of any earlier one. */
  void catchUpBy(SubscriptionCatchUp next) {
    catchUp = next;
  }

  void goLive() {
    catchUp = null;
  }

  /** Whether its first position is known. */
  boolean isStarted() {
    return started;
  }

  /** Starts with the events after {@code sequence}. */
  void startAfter(long sequence) {
    if (!started) session.countSubscribed(requestedAt);
    started = true;
    start = sequence;
    position = sequence;
  }

  /**
   * Resumes after an offset of the client. In a plain topic the client has everything up to there;
   * {@code tasks} may have stood for other teams at that time.
   */
  void resumeAfter(long sequence) {
    startAfter(sequence);
    if (plain) start = 0;
  }

  /** Follows other streams from its position on. */
  void changeStreams(Set<String> others) {
    if (!others.equals(streams)) start = position;
    streams = others;
  }

  /** Sends an event of a catch-up, unless another subscription has delivered it. */
  void replay(EventMessage message) {
    if (session.subscriptions().advance(this, message)) Delivery.event(session, message, topic);
  }

  void advanceTo(long sequence) {
    if (sequence > position) position = sequence;
  }

  /** Whether the event is in one of its streams. */
  boolean covers(EventMessage message) {
    return message.shard() == shard && coversAny(message.event().streams());
  }

  /** Whether the client has the event through this subscription. */
  boolean hasDelivered(EventMessage message) {
    return message.sequence() > start && message.sequence() <= position && covers(message);
  }

  /** By index, without an iterator: this runs for each event and receiver. */
  private boolean coversAny(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      if (streams.contains(names.get(i))) return true;
    }
    return false;
  }
}
