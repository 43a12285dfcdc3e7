package dev.boardcast.bus;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a node does at this moment, in answer to a question.
 *
 * @param question whose answer it is
 * @param topics how many sessions follow each; the most followed only
 * @param queueBytes bytes that wait for clients to read, of all sessions
 * @param slow clients that have most to read, worst first
 * @param emitterLagSeconds by shard, for those this node emits
 */
public record NodeReport(
    UUID question,
    String node,
    int sessions,
    Map<String, Integer> topics,
    long queueBytes,
    List<Slow> slow,
    Map<String, Double> emitterLagSeconds) {
  /**
   * A client that does not keep up.
   *
   * @param user null for one without a token
   */
  public record Slow(String session, String user, int queueBytes) {}

  public NodeReport {
    topics = Map.copyOf(topics);
    slow = List.copyOf(slow);
    emitterLagSeconds = Map.copyOf(emitterLagSeconds);
  }
}
