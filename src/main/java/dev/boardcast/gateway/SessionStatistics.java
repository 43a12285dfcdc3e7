package dev.boardcast.gateway;

import dev.boardcast.gateway.session.Session;
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
public record SessionStatistics(
    int sessions, Map<String, Integer> topics, long queueBytes, List<Slow> slow) {
  private static final int MOST_TOPICS = 200;
  private static final int MOST_SLOW = 20;

  /** No sessions. */
  public static final SessionStatistics EMPTY = new SessionStatistics(0, Map.of(), 0, List.of());

  /**
   * @param user null for one without a token
   */
  public record Slow(String session, String user, int queueBytes) {}

  static SessionStatistics of(List<Session> sessions) {
    var topics = new HashMap<String, Integer>();
    var slow = new ArrayList<Slow>();
    long bytes = 0;
    for (Session session : sessions) {
      session.topics().forEach(topic -> topics.merge(topic, 1, Integer::sum));
      int waiting = session.queuedBytes();
      bytes += waiting;
      if (waiting > 0) slow.add(new Slow(session.id(), session.user(), waiting));
    }
    return new SessionStatistics(sessions.size(), topics, bytes, slow).shortened();
  }

  SessionStatistics plus(SessionStatistics other) {
    var sums = new HashMap<>(topics);
    other.topics.forEach((topic, count) -> sums.merge(topic, count, Integer::sum));
    var both = new ArrayList<>(slow);
    both.addAll(other.slow);
    return new SessionStatistics(
            sessions + other.sessions, sums, queueBytes + other.queueBytes, both)
        .shortened();
  }

  private SessionStatistics shortened() {
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
    return new SessionStatistics(sessions, most, queueBytes, worst);
  }
}
