package dev.boardcast.bus;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The activity of one node, in response to a {@link NodeReportRequest}.
 *
 * @param request id of the request
 * @param topics number of sessions by topic, of the most popular topics
 * @param queueBytes bytes that wait for slow clients, of all sessions
 * @param slow the sessions with the most waiting bytes, in descending order
 * @param emitterLagSeconds by shard, for the shards that this node emits
 * @param warnings about its settings, as in its log
 */
public record NodeReport(
    UUID request,
    String node,
    int sessions,
    Map<String, Integer> topics,
    long queueBytes,
    List<Slow> slow,
    Map<String, Double> emitterLagSeconds,
    List<String> warnings) {
  /**
   * A session whose client reads slowly.
   *
   * @param user null for a client without a token
   */
  public record Slow(String session, String user, int queueBytes) {}

  public NodeReport {
    topics = Map.copyOf(topics);
    slow = List.copyOf(slow);
    emitterLagSeconds = Map.copyOf(emitterLagSeconds);
    warnings = List.copyOf(warnings);
  }
}
