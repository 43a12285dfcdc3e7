package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.gateway.feed.Feeds;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The position of a whole session as one text for the client to return: one offset per shard that
 * the session follows, separated by commas.
 */
final class ResumePoint {
  private ResumePoint() {}

  /**
   * @return null while the position of a subscription is not known, and without streams
   */
  static String of(Collection<Subscription> subscriptions, Feeds feeds) {
    Map<Integer, Long> lowest = new TreeMap<>();
    for (Subscription subscription : subscriptions) {
      if (!(subscription instanceof StreamSubscription stream)) continue;
      if (!stream.isStarted()) return null;
      long position = stream.position();
      if (stream.isLive()) position = Math.max(position, feeds.shard(stream.shard()).position());
      lowest.merge(stream.shard(), position, Math::min);
    }
    if (lowest.isEmpty()) return null;
    var text = new StringBuilder();
    lowest.forEach(
        (shard, sequence) -> {
          if (text.length() > 0) text.append(',');
          text.append(new Offset(feeds.shard(shard).epoch(), sequence));
        });
    return text.toString();
  }

  /** The lowest offset of one history in a text from a client; empty without any. */
  static Optional<Offset> find(String epoch, String text) {
    Offset lowest = null;
    for (String part : text.split(",")) {
      Offset offset;
      try {
        offset = Offset.parse(part);
      } catch (IllegalArgumentException invalid) {
        continue;
      }
      if (!offset.epoch().equals(epoch)) continue;
      if (lowest == null || offset.sequence() < lowest.sequence()) lowest = offset;
    }
    return Optional.ofNullable(lowest);
  }
}
