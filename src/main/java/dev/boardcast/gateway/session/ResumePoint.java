package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.gateway.feed.FeedRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a whole session stands, in one word for the client to hand back: the offset where all its
 * streams share one history, else one for each history, with commas between.
 */
final class ResumePoint {
  private ResumePoint() {}

  /**
   * Everything before it has been told, in every stream.
   *
   * @param feeds how far the shards have been told to those who are live
   * @return null while it is not known for each subscription, and where there is no stream
   */
  static String of(Collection<Subscription> subscriptions, FeedRegistry feeds) {
    Map<Integer, Long> lowest = new TreeMap<>();
    for (Subscription subscription : subscriptions) {
      if (!(subscription instanceof StreamSubscription stream)) continue;
      if (!stream.isPlaced()) return null;
      long told = stream.position();
      if (stream.isLive()) told = Math.max(told, feeds.of(stream.shard()).position());
      lowest.merge(stream.shard(), told, Math::min);
    }
    if (lowest.isEmpty()) return null;
    var text = new StringBuilder();
    lowest.forEach(
        (shard, sequence) -> {
          if (text.length() > 0) text.append(',');
          text.append(new Offset(feeds.of(shard).epoch(), sequence));
        });
    return text.toString();
  }

  /** Where to go on in one history, from what a client handed back: the lowest that is of it. */
  static Optional<Offset> in(String epoch, String since) {
    Offset lowest = null;
    for (String part : since.split(",")) {
      Offset offset;
      try {
        offset = Offset.parse(part);
      } catch (IllegalArgumentException notOurs) {
        continue;
      }
      if (!offset.epoch().equals(epoch)) continue;
      if (lowest == null || offset.sequence() < lowest.sequence()) lowest = offset;
    }
    return Optional.ofNullable(lowest);
  }
}
