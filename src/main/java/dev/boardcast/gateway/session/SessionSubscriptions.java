package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.spi.Shards;
import java.util.Arrays;
import java.util.List;

/**
 * What one session follows, in the order it asked. However many of its topics bring an event, it is
 * told once: under the first plain stream's name, else as {@code tasks}. A plain name is chosen
 * because its offset vouches for that stream alone, whatever teams {@code tasks} stood for. One
 * event loop.
 */
public final class SessionSubscriptions {
  private static final Subscription[] NONE = {};

  // Copied on change: it is read for each event, and most sessions follow one topic.
  private Subscription[] followed = NONE;

  public List<Subscription> all() {
    return List.of(followed);
  }

  /** The subscription of a topic; null for none. */
  Subscription get(String topic) {
    for (Subscription subscription : followed) {
      if (subscription.topic().equals(topic)) return subscription;
    }
    return null;
  }

  /** Whether one of them is a stream of a person or a team. */
  boolean ofPeople() {
    for (Subscription subscription : followed) {
      if (subscription instanceof StreamSubscription stream && stream.shard() == Shards.PEOPLE) {
        return true;
      }
    }
    return false;
  }

  public void put(Subscription subscription) {
    drop(get(subscription.topic()));
    followed = Arrays.copyOf(followed, followed.length + 1);
    followed[followed.length - 1] = subscription;
  }

  void drop(Subscription subscription) {
    if (subscription == null) return;
    followed =
        Arrays.stream(followed).filter(other -> other != subscription).toArray(Subscription[]::new);
    if (followed.length == 0) followed = NONE;
  }

  /** Moves every live subscription past the event; the topic to tell it under, null for none. */
  String take(EventMessage message) {
    if (followed.length == 1) return takeAlone(message);
    StreamSubscription chosen = null;
    boolean had = false;
    for (Subscription subscription : followed) {
      if (!(subscription instanceof StreamSubscription stream) || !stream.covers(message)) continue;
      if (stream.has(message)) had = true;
      if (!stream.isLive() || message.sequence() <= stream.position()) continue;
      stream.advanceTo(message.sequence());
      if (chosen == null || (stream.isPlain() && !chosen.isPlain())) chosen = stream;
    }
    return chosen == null || had ? null : chosen.topic();
  }

  /** What the only subscription is offered it covers: else nobody had offered it. */
  private String takeAlone(EventMessage message) {
    if (!(followed[0] instanceof StreamSubscription stream)) return null;
    if (!stream.isLive() || message.sequence() <= stream.position()) return null;
    stream.advanceTo(message.sequence());
    return stream.topic();
  }

  /** Moves one subscription, that catches up, past the event; whether it is to be told. */
  boolean take(StreamSubscription by, EventMessage message) {
    if (message.sequence() <= by.position() || !by.covers(message)) return false;
    by.advanceTo(message.sequence());
    for (Subscription subscription : followed) {
      if (subscription != by
          && subscription instanceof StreamSubscription stream
          && stream.has(message)) {
        return false;
      }
    }
    return true;
  }
}
