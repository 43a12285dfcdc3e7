package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.EventMessage;
import java.util.Arrays;
import java.util.List;

/**
 * The subscriptions of one session, in the order in which they were made. An event that several of
 * them cover is sent once: under the first plain topic, else as {@code tasks}. A plain topic is
 * preferred because its offset stands for that stream alone, whatever teams {@code tasks} covers. A
 * topic with options gets its events by itself. One event loop.
 */
final class SessionSubscriptions {
  private static final Subscription[] NONE = {};

  // Copied on change: it is read for each event, and most sessions have one subscription.
  private Subscription[] all = NONE;
  // Those whose events are sent once, as all are that have no options: then it is the same array.
  private Subscription[] shared = NONE;

  List<Subscription> all() {
    return List.of(all);
  }

  List<String> topics() {
    return Arrays.stream(all).map(Subscription::topic).toList();
  }

  int size() {
    return all.length;
  }

  /** The subscription to a topic; null for none. */
  Subscription get(String topic) {
    for (Subscription subscription : all) {
      if (subscription.topic().equals(topic)) return subscription;
    }
    return null;
  }

  /** Whether one of them depends on the principal's current teams. */
  boolean waitForTeams() {
    for (Subscription subscription : all) {
      if (subscription instanceof StreamSubscription stream && stream.waitsForTeams()) return true;
    }
    return false;
  }

  /** Adds a subscription, in place of an earlier one to its topic. */
  void put(Subscription subscription) {
    remove(get(subscription.topic()));
    Subscription[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = subscription;
    set(more);
  }

  void remove(Subscription subscription) {
    if (subscription == null) return;
    set(Arrays.stream(all).filter(other -> other != subscription).toArray(Subscription[]::new));
  }

  private void set(Subscription[] next) {
    all = next.length == 0 ? NONE : next;
    Subscription[] others =
        Arrays.stream(all)
            .filter(each -> !(each instanceof ChosenStreamSubscription))
            .toArray(Subscription[]::new);
    shared = others.length == all.length ? all : others;
  }

  /**
   * Advances every live subscription past a live event.
   *
   * @return the topic to send it under; null not to send it
   */
  String advance(EventMessage message) {
    if (shared.length == 1) return advanceOnly(message);
    StreamSubscription chosen = null;
    boolean delivered = false;
    for (Subscription subscription : shared) {
      if (!(subscription instanceof StreamSubscription stream) || !stream.covers(message)) continue;
      if (stream.hasDelivered(message)) delivered = true;
      if (!stream.isLive() || message.sequence() <= stream.position()) continue;
      stream.advanceTo(message.sequence());
      if (chosen == null || (stream.isPlain() && !chosen.isPlain())) chosen = stream;
    }
    return chosen == null || delivered ? null : chosen.topic();
  }

  /** A single subscription covers the event, else the session would not get it. */
  private String advanceOnly(EventMessage message) {
    if (!(shared[0] instanceof StreamSubscription stream)) return null;
    if (!stream.isLive() || message.sequence() <= stream.position()) return null;
    stream.advanceTo(message.sequence());
    return stream.topic();
  }

  /**
   * Advances a subscription past an event of its catch-up.
   *
   * @return whether to send it: no other subscription has delivered it
   */
  boolean advance(StreamSubscription catchingUp, EventMessage message) {
    if (message.sequence() <= catchingUp.position() || !catchingUp.covers(message)) return false;
    catchingUp.advanceTo(message.sequence());
    for (Subscription subscription : shared) {
      if (subscription != catchingUp
          && subscription instanceof StreamSubscription stream
          && stream.hasDelivered(message)) {
        return false;
      }
    }
    return true;
  }
}
