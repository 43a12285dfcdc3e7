package dev.boardcast.gateway.session;

import dev.boardcast.bus.Offset;
import dev.boardcast.gateway.feed.Feeds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

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

  /** The offsets in a text from a client; what is no offset is left out. */
  static List<Offset> parse(String text) {
    var offsets = new ArrayList<Offset>();
    for (String part : text.split(",")) {
      try {
        offsets.add(Offset.parse(part));
      } catch (IllegalArgumentException invalid) {
        // Of a board, or of no use.
      }
    }
    return offsets;
  }

  /**
   * The lowest offset of one history; empty without any.
   *
   * @param resolve finds the position of an offset in that history, if it has one
   */
  static Optional<Offset> lowest(Function<Offset, Optional<Offset>> resolve, List<Offset> offsets) {
    return offsets.stream()
        .map(resolve)
        .flatMap(Optional::stream)
        .min(Comparator.comparingLong(Offset::sequence));
  }
}
