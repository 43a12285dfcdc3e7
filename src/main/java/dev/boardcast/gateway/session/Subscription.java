package dev.boardcast.gateway.session;

import dev.boardcast.gateway.protocol.Frame;
import java.util.Optional;

/** One session's subscription to one topic. One event loop. */
sealed interface Subscription permits StreamSubscription, BoardSubscription {
  Session session();

  /** The topic as the client named it. */
  String topic();

  /** It is no longer one of the session's. */
  default void ended() {}

  /** What of the topic it shows, if not all: shared by equal ones, of which a node has a limit. */
  default Object form() {
    return null;
  }

  /**
   * Tells the client that the node cannot vouch for the topic.
   *
   * @param ageMillis how long ago the topic's data was known to be complete
   */
  default void sendStale(long ageMillis) {
    send(session().dialect().stale(topic(), session().timeBefore(ageMillis)));
  }

  /** Tells the client that the node can vouch for the topic again. */
  default void sendFresh() {
    send(session().dialect().fresh(topic()));
  }

  private void send(Optional<Frame> frame) {
    frame.ifPresent(session()::send);
  }
}
