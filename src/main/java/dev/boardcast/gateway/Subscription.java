package dev.boardcast.gateway;

/** One session's interest in one topic. One event loop. */
sealed interface Subscription permits StreamSubscription, BoardSubscription {
  Session session();

  /** What the client called it. */
  String topic();
}
