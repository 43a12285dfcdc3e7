package dev.boardcast.gateway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The sessions of a node, counted for an operator.
 *
 * @param topics how many follow each, the {@value #MOST_TOPICS} most followed
 * @param queueBytes bytes that wait for clients to read
 * @param slow clients that have something to read, the {@value #MOST_SLOW} worst
 */
public record Census(int sessions, Map<String, Integer> topics, long queueBytes, List<Slow> slow) {
  private static final int MOST_TOPICS = 200;
  private static final int MOST_SLOW = 20;

  /** Nobody. */
  public static final Census EMPTY = new Census(0, Map.of(), 0, List.of());

  /**
   * @param user null for one without a token
   */
  public record Slow(String session, String user, int queueBytes) {}

  static Census of(List<Session> sessions) {
    var topics = new HashMap<String, Integer>();
    var slow = new ArrayList<Slow>();
    long bytes = 0;
    for (Session session : sessions) {
      session.interests().all().forEach(one -> topics.merge(one.topic(), 1, Integer::sum));
      int waiting = session.backlog();
      bytes += waiting;
      if (waiting > 0) slow.add(new Slow(session.id(), session.user(), waiting));
    }
    return new Census(sessions.size(), topics, bytes, slow).shortened();
  }

  Census plus(Census other) {
    var sums = new HashMap<>(topics);
    other.topics.forEach((topic, count) -> sums.merge(topic, count, Integer::sum));
    var both = new ArrayList<>(slow);
    both.addAll(other.slow);
    return new Census(sessions + other.sessions, sums, queueBytes + other.queueBytes, both)
        .shortened();
  }

  private Census shortened() {
    Map<String, Integer> most =
        topics.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(MOST_TOPICS)
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    List<Slow> worst =
        slow.stream()
            .sorted(Comparator.comparingInt(Slow::queueBytes).reversed())
            .limit(MOST_SLOW)
            .toList();
    return new Census(sessions, most, queueBytes, worst);
  }
}
