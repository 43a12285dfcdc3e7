package dev.boardcast.gateway.protocol;

import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * One way to say what happens on a session. One instance per dialect serves all sessions, so that a
 * message is encoded once. What a dialect has no words for, it leaves out.
 */
public interface Dialect {
  /** Whether it tells of one board, and so of nobody's streams. */
  default boolean isOfOneBoard() {
    return false;
  }

  /** Reads what a client sent; fails with {@link MalformedMessage} when the session must end. */
  ClientMessage read(String text);

  /** Said when a session begins, and again when its token was renewed. */
  Optional<Frame> ack(String session, String node, Instant now, Optional<Principal> who);

  /** A subscription stands; {@code offset} is null when a board has no numbers yet. */
  Optional<Frame> subscribed(String topic, String offset, boolean recovered);

  /** Whether it has words for events of that type. */
  default boolean tells(String eventType) {
    return true;
  }

  Frame event(EventMessage message, String topic);

  Frame snapshot(SnapshotMessage message, String topic);

  /** A topic's numbers cannot be told now, and never could. */
  Optional<Frame> unavailable(String topic, Instant now);

  Optional<Frame> error(ErrorCode code, String message, String topic, Instant now);

  Optional<Frame> pong();

  /**
   * The node leaves.
   *
   * @param closesInMillis how long this session still goes on
   */
  Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis);

  /** A subscription begins anew, because the history that it followed is not to be had any more. */
  default Optional<Frame> restarted(String topic, String offset, Instant now) {
    return subscribed(topic, offset, false);
  }

  /** Whether clients take the ack for where events begin, because they are told no offset. */
  default boolean beginsWithAck() {
    return false;
  }

  /** Whether its messages tell the place of the whole session, not of their topic alone. */
  default boolean tellsPlaces() {
    return false;
  }
}
