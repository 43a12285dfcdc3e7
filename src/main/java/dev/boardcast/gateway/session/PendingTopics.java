package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.TopicRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The topics of a session that it cannot subscribe to yet. Immutable.
 *
 * @param untilAuthenticated waits for a token
 * @param untilTeams waits for the user's teams
 * @param delayReported whether the client was told that {@code untilTeams} is delayed
 */
record PendingTopics(
    List<TopicRequest> untilAuthenticated, List<TopicRequest> untilTeams, boolean delayReported) {
  static final PendingTopics NONE = new PendingTopics(List.of(), List.of(), false);

  PendingTopics {
    untilAuthenticated = List.copyOf(untilAuthenticated);
    untilTeams = List.copyOf(untilTeams);
  }

  PendingTopics withUntilAuthenticated(List<TopicRequest> topics) {
    return orNone(new PendingTopics(topics, untilTeams, delayReported));
  }

  /** One more that waits for a token, unless {@code limit} do. */
  PendingTopics addUntilAuthenticated(TopicRequest topic, int limit) {
    if (untilAuthenticated.size() >= limit) return this;
    var topics = new ArrayList<>(untilAuthenticated);
    topics.add(topic);
    return withUntilAuthenticated(topics);
  }

  PendingTopics withUntilTeams(List<TopicRequest> topics) {
    return orNone(new PendingTopics(untilAuthenticated, topics, false));
  }

  /** Without some topics of {@link #untilTeams}. */
  PendingTopics cancelUntilTeams(List<String> topics) {
    if (untilTeams.isEmpty()) return this;
    return withUntilTeams(
        untilTeams.stream().filter(request -> !topics.contains(request.topic())).toList());
  }

  /** Whether a topic waits for teams and the client was not told about the delay. */
  boolean awaitsTeams(TopicRequest topic) {
    return !delayReported && untilTeams.contains(topic);
  }

  PendingTopics withDelayReported() {
    return orNone(new PendingTopics(untilAuthenticated, untilTeams, true));
  }

  /** Idle sessions share one empty instance. */
  private static PendingTopics orNone(PendingTopics pending) {
    boolean empty = pending.untilAuthenticated.isEmpty() && pending.untilTeams.isEmpty();
    return empty ? NONE : pending;
  }
}
