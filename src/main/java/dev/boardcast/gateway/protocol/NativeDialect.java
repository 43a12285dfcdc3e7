package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The native protocol, served at {@code /ws}. */
public final class NativeDialect implements Dialect {
  public static final NativeDialect INSTANCE = new NativeDialect();

  private static final Frame PONG = Frame.of(new Pong(MessageType.PONG));

  private record Pong(MessageType type) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Ack(
      MessageType type,
      String session,
      String node,
      String version,
      Instant timestamp,
      String user,
      Instant expiresAt) {}

  private record Subscribed(MessageType type, String topic, String offset, boolean recovered) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Published(
      MessageType type, String topic, String id, String offset, Boolean duplicate) {}

  private record Event(String type, String topic, RawJson data, Instant timestamp, String offset) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Ephemeral(
      String type, String topic, RawJson data, Instant timestamp, boolean ephemeral, String key) {}

  private record OwnEvent(
      String type, String topic, RawJson data, Instant timestamp, String offset, String id) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Update(
      MessageType type,
      String topic,
      RawJson data,
      Instant timestamp,
      String offset,
      Boolean stale,
      Long ageMs,
      RawJson compared,
      Map<String, RawJson> comparison) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Delta(
      MessageType type,
      String topic,
      RawJson patch,
      String base,
      Instant timestamp,
      String offset,
      Boolean stale,
      Long ageMs,
      RawJson compared,
      Map<String, RawJson> comparison) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Failure(
      MessageType type, ErrorCode code, String message, String field, String topic, JsonNode id) {}

  private record State(
      MessageType type,
      List<TopicState> topics,
      @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode id) {}

  private record History(
      MessageType type,
      String topic,
      RawJson data,
      @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode id) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Refused(
      MessageType type,
      ErrorCode code,
      String message,
      String topic,
      String id,
      String field,
      Long retryAfterMs) {}

  private record Present(
      MessageType type,
      @JsonUnwrapped PresenceList list,
      @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode id) {}

  private record PresentChange(MessageType type, @JsonUnwrapped PresenceDelta delta) {}

  private record GoAway(MessageType type, long reconnectAfterMs, long closesInMs) {}

  private record Stale(MessageType type, String topic, Instant since) {}

  private record Position(MessageType type, String topic, String offset) {}

  private record Fresh(MessageType type, String topic) {}

  private NativeDialect() {}

  @Override
  public ClientMessage read(String text) {
    return MessageReader.read(text);
  }

  @Override
  public Optional<Frame> ack(
      String session, String node, String version, Instant now, Optional<Principal> principal) {
    String user = principal.map(Principal::user).orElse(null);
    Instant expiry =
        principal.map(Principal::expiresAt).filter(end -> !end.equals(Instant.MAX)).orElse(null);
    return Optional.of(
        Frame.of(new Ack(MessageType.CONNECTION_ACK, session, node, version, now, user, expiry)));
  }

  @Override
  public Optional<Frame> subscribed(String topic, String offset, boolean recovered) {
    return Optional.of(Frame.of(new Subscribed(MessageType.SUBSCRIBED, topic, offset, recovered)));
  }

  @Override
  public Frame event(EventMessage message, String topic) {
    var event = message.event();
    return Frame.of(
        new Event(event.type(), topic, event.data(), event.at(), message.offset().toString()));
  }

  @Override
  public Frame ownEvent(EventMessage message, String topic, String id) {
    var event = message.event();
    return Frame.of(
        new OwnEvent(
            event.type(), topic, event.data(), event.at(), message.offset().toString(), id));
  }

  @Override
  public Optional<Frame> ephemeral(EphemeralMessage message) {
    var shown =
        new Ephemeral(
            message.type(), message.topic(), message.data(), message.at(), true, message.key());
    String key = message.conflationKey();
    return Optional.of(key == null ? Frame.of(shown) : Frame.conflated(shown, key));
  }

  @Override
  public Optional<Frame> published(String topic, String id, String offset, boolean duplicate) {
    return Optional.of(
        Frame.of(new Published(MessageType.PUBLISHED, topic, id, offset, duplicate ? true : null)));
  }

  @Override
  public Optional<Frame> refused(PublishRefusal refusal) {
    return Optional.of(
        Frame.of(
            new Refused(
                MessageType.ERROR,
                refusal.code(),
                refusal.message(),
                refusal.topic(),
                refusal.id(),
                refusal.field(),
                refusal.retryAfterMillis())));
  }

  @Override
  public Frame snapshot(SnapshotMessage message, String topic) {
    var snapshot = message.snapshot();
    return Frame.conflated(
        new Update(
            MessageType.UPDATE,
            topic,
            snapshot.data(),
            snapshot.timestamp(),
            message.offset(),
            message.stale(),
            message.ageMillis(),
            message.compared(),
            message.comparison()),
        topic);
  }

  @Override
  public Frame delta(SnapshotDelta delta, String topic) {
    SnapshotMessage to = delta.to();
    return Frame.of(
        new Delta(
            MessageType.DELTA,
            topic,
            delta.patch(),
            delta.base(),
            to.snapshot().timestamp(),
            to.offset(),
            to.stale(),
            to.ageMillis(),
            to.compared(),
            to.comparison()));
  }

  @Override
  public Optional<Frame> unavailable(String topic, Instant now) {
    return error(ErrorCode.UNAVAILABLE, "no numbers are known yet", topic, now);
  }

  @Override
  public Optional<Frame> error(ErrorCode code, String message, String topic, Instant now) {
    return Optional.of(Frame.of(new Failure(MessageType.ERROR, code, message, null, topic, null)));
  }

  @Override
  public Optional<Frame> unknown(ClientMessage.Unknown message, Instant now) {
    String expected = "expected type " + message.expected();
    return Optional.of(
        Frame.of(
            new Failure(
                MessageType.ERROR, ErrorCode.UNKNOWN_MESSAGE, expected, null, null, message.id())));
  }

  @Override
  public Optional<Frame> refused(
      ErrorCode code, String message, String field, String topic, JsonNode id) {
    return Optional.of(Frame.of(new Failure(MessageType.ERROR, code, message, field, topic, id)));
  }

  @Override
  public Optional<Frame> state(List<TopicState> topics, JsonNode id) {
    return Optional.of(Frame.of(new State(MessageType.STATE, topics, id)));
  }

  @Override
  public Optional<Frame> history(String topic, RawJson data, JsonNode id) {
    return Optional.of(Frame.of(new History(MessageType.HISTORY, topic, data, id)));
  }

  @Override
  public Optional<Frame> presence(PresenceList list, JsonNode id) {
    return Optional.of(Frame.of(new Present(MessageType.PRESENCE, list, id)));
  }

  @Override
  public Optional<Frame> conflatedPresence(PresenceList list) {
    // Differs from every topic, whose snapshots it must not replace.
    String key = "\u001fpresence\u001f" + list.topic();
    return Optional.of(Frame.conflated(new Present(MessageType.PRESENCE, list, null), key));
  }

  @Override
  public Optional<Frame> presenceChange(PresenceDelta delta) {
    return Optional.of(Frame.of(new PresentChange(MessageType.PRESENCE_CHANGE, delta)));
  }

  @Override
  public Optional<Frame> pong(Instant now) {
    return Optional.of(PONG);
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return Optional.of(
        Frame.of(new GoAway(MessageType.GOAWAY, reconnectAfterMillis, closesInMillis)));
  }

  @Override
  public Optional<Frame> stale(String topic, Instant since) {
    return Optional.of(Frame.of(new Stale(MessageType.STALE, topic, since)));
  }

  @Override
  public Optional<Frame> position(String topic, String offset) {
    return Optional.of(Frame.of(new Position(MessageType.POSITION, topic, offset)));
  }

  @Override
  public Optional<Frame> fresh(String topic) {
    return Optional.of(Frame.of(new Fresh(MessageType.FRESH, topic)));
  }
}
