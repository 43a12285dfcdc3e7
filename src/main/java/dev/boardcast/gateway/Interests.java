package dev.boardcast.gateway;

import dev.boardcast.event.Shards;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one session follows, in the order it asked. However many of its topics bring an event, it is
 * told once: under the first plain stream's name, else as {@code tasks}. A plain name is chosen
 * because its offset vouches for that stream alone, whatever teams {@code tasks} stood for. One
 * event loop.
 */
final class Interests {
  private final Map<String, Subscription> byTopic = new LinkedHashMap<>(8);

  Collection<Subscription> all() {
    return byTopic.values();
  }

  Subscription get(String topic) {
    return byTopic.get(topic);
  }

  /** Whether one of them is a stream of a person or a team. */
  boolean ofPeople() {
    for (Subscription subscription : byTopic.values()) {
      if (subscription instanceof StreamSubscription stream && stream.shard() == Shards.PEOPLE) {
        return true;
      }
    }
    return false;
  }

  void put(Subscription subscription) {
    byTopic.put(subscription.topic(), subscription);
  }

  void drop(Subscription subscription) {
    byTopic.remove(subscription.topic());
  }

  /** Moves every live subscription past the event; the topic to tell it under, null for none. */
  String take(EventMessage message) {
    StreamSubscription chosen = null;
    boolean had = false;
    for (Subscription subscription : byTopic.values()) {
      if (!(subscription instanceof StreamSubscription stream) || !stream.covers(message)) continue;
      if (stream.has(message)) had = true;
      if (!stream.isLive() || message.sequence() <= stream.position()) continue;
      stream.advanceTo(message.sequence());
      if (chosen == null || (stream.isPlain() && !chosen.isPlain())) chosen = stream;
    }
    return chosen == null || had ? null : chosen.topic();
  }

  /** Moves one subscription, that catches up, past the event; whether it is to be told. */
  boolean take(StreamSubscription by, EventMessage message) {
    if (message.sequence() <= by.position() || !by.covers(message)) return false;
    by.advanceTo(message.sequence());
    for (Subscription subscription : byTopic.values()) {
      if (subscription != by
          && subscription instanceof StreamSubscription stream
          && stream.has(message)) {
        return false;
      }
    }
    return true;
  }
}
