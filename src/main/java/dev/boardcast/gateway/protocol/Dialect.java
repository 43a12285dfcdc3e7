package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decodes client messages and encodes server messages of one wire protocol. Stateless: one instance
 * per protocol serves all sessions, so that a message is encoded once. A server message that the
 * protocol does not have is empty.
 */
public interface Dialect {
  /** Whether a session of this protocol follows exactly one board and no streams. */
  default boolean isSingleBoard() {
    return false;
  }

  /**
   * Decodes one client message.
   *
   * @throws MalformedMessage when the session must be closed with 4400
   */
  ClientMessage read(String text);

  /** The first message of a session, repeated when its token was renewed. */
  Optional<Frame> ack(
      String session, String node, String version, Instant now, Optional<Principal> principal);

  /**
   * Confirms a subscription.
   *
   * @param offset where it starts; null for a board without a snapshot
   */
  Optional<Frame> subscribed(String topic, String offset, boolean recovered);

  /** Whether the protocol can carry events of that type. */
  default boolean supports(String eventType) {
    return true;
  }

  Frame event(EventMessage message, String topic);

  /**
   * An event for a session of the user who published it from a client.
   *
   * @param id that the client chose for it
   */
  default Frame ownEvent(EventMessage message, String topic, String id) {
    return event(message, topic);
  }

  /** A message that is not stored. */
  default Optional<Frame> ephemeral(EphemeralMessage message) {
    return Optional.empty();
  }

  /**
   * A message of the client was stored.
   *
   * @param offset null where it is not known yet
   * @param duplicate whether it had been stored before
   */
  default Optional<Frame> published(String topic, String id, String offset, boolean duplicate) {
    return Optional.empty();
  }

  /** A message of the client was not published. */
  default Optional<Frame> refused(PublishRefusal refusal) {
    return Optional.empty();
  }

  Frame snapshot(SnapshotMessage message, String topic);

  /** What has changed in a board's snapshot, for clients that want no more. */
  default Frame delta(SnapshotDelta delta, String topic) {
    return snapshot(delta.to(), topic);
  }

  /** A board has no snapshot to send. */
  Optional<Frame> unavailable(String topic, Instant now);

  /**
   * @param topic null for an error that concerns no topic
   */
  Optional<Frame> error(ErrorCode code, String message, String topic, Instant now);

  /** Answers a message of an unknown type; the session goes on. */
  default Optional<Frame> unknown(ClientMessage.Unknown message, Instant now) {
    String expected = "expected type " + message.expected();
    return error(ErrorCode.UNKNOWN_MESSAGE, expected, null, now);
  }

  /** Answers a ping of the client. */
  Optional<Frame> pong(Instant now);

  /**
   * Answers a request by an error.
   *
   * @param field the member that it concerns; null for none
   * @param topic null for none
   * @param id of the request; null for none
   */
  default Optional<Frame> refused(
      ErrorCode code, String message, String field, String topic, JsonNode id) {
    return Optional.empty();
  }

  /** Lists the subscriptions of a session, by topic with their offsets, null where unknown. */
  default Optional<Frame> state(List<TopicState> topics, JsonNode id) {
    return Optional.empty();
  }

  /** The past of a topic, as JSON. */
  default Optional<Frame> history(String topic, RawJson data, JsonNode id) {
    return Optional.empty();
  }

  /**
   * Who is present on a topic.
   *
   * @param id of the request that it answers; null for none
   */
  default Optional<Frame> presence(PresenceList list, JsonNode id) {
    return Optional.empty();
  }

  /**
   * Who is present on a topic, for a client that does not read: a later one replaces it while it
   * waits.
   */
  default Optional<Frame> conflatedPresence(PresenceList list) {
    return Optional.empty();
  }

  /** Who has come and left. */
  default Optional<Frame> presenceChange(PresenceDelta delta) {
    return Optional.empty();
  }

  /**
   * Announces that the node shuts down.
   *
   * @param closesInMillis how long this session stays open
   */
  Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis);

  /** A subscription starts over because the history that it followed is gone. */
  default Optional<Frame> restarted(String topic, String offset, Instant now) {
    return subscribed(topic, offset, false);
  }

  /**
   * The node cannot vouch for a topic: newer data may exist.
   *
   * @param since when the topic's data was known to be complete
   */
  default Optional<Frame> stale(String topic, Instant since) {
    return Optional.empty();
  }

  /** The client has everything that it wants of a topic up to an offset. */
  default Optional<Frame> position(String topic, String offset) {
    return Optional.empty();
  }

  /** The node can vouch for a stale topic again; what was missed has been sent before. */
  default Optional<Frame> fresh(String topic) {
    return Optional.empty();
  }

  /** Whether events start at the ack, because the protocol has no offsets. */
  default boolean startsAtAck() {
    return false;
  }

  /** Whether messages carry the resume point of the whole session, not of their topic only. */
  default boolean sendsResumePoints() {
    return false;
  }
}
