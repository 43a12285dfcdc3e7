package dev.boardcast.gateway.session;

/** One session's interest in one topic. One event loop. */
public sealed interface Subscription permits StreamSubscription, BoardSubscription {
  Session session();

  /** What the client called it. */
  String topic();
}
