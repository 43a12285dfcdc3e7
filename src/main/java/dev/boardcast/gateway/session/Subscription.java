package dev.boardcast.gateway.session;

/** One session's subscription to one topic. One event loop. */
sealed interface Subscription permits StreamSubscription, BoardSubscription {
  Session session();

  /** The topic as the client named it. */
  String topic();
}
