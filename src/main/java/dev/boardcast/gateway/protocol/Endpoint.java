package dev.boardcast.gateway.protocol;

import java.util.List;

/**
 * How sessions of one path or request are served.
 *
 * @param arrays whether the client takes several messages as one JSON array
 * @param topics the subscriptions made on connect
 * @param needsToken whether nothing is sent before a valid token arrived
 */
public record Endpoint(
    Dialect dialect, boolean arrays, List<TopicRequest> topics, boolean needsToken) {
  public Endpoint {
    topics = List.copyOf(topics);
  }
}
