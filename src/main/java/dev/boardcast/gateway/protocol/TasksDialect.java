package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * The older protocol of {@code /api/ws}: task events in an envelope, without topics and offsets. A
 * message of an unknown type is answered by an {@code error}, and the session goes on.
 */
public final class TasksDialect implements Dialect {
  public static final TasksDialect INSTANCE = new TasksDialect();

  /** The data of others, such as comments, is no whole task. */
  private static final Set<String> TYPES =
      Set.of(
          "task_created",
          "task_updated",
          "task_completed",
          "task_reopened",
          "task_deleted",
          "task_shared");

  private static final Frame PONG = Frame.of(new Pong(MessageType.PONG));

  private record Pong(MessageType type) {}

  private record Envelope(String eventType, Instant timestamp, RawJson data) {}

  /** Names its type twice, because older clients read either field. */
  private record Ack(MessageType type, MessageType eventType, Instant timestamp, AckData data) {}

  private record AckData(String session, String node, String userId) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Failure(ErrorCode code, String message, String topic) {}

  private TasksDialect() {}

  @Override
  public ClientMessage read(String text) {
    JsonNode message = MessageReader.object(text);
    return switch (message.path("type").asText("")) {
      case "ping" -> new ClientMessage.Ping();
      case "auth" -> MessageReader.auth(message);
      default -> new ClientMessage.Unknown("ping or auth", null);
    };
  }

  @Override
  public Optional<Frame> ack(
      String session, String node, String version, Instant now, Optional<Principal> principal) {
    var data = new AckData(session, node, principal.map(Principal::user).orElse(null));
    return Optional.of(
        Frame.of(new Ack(MessageType.CONNECTION_ACK, MessageType.CONNECTION_ACK, now, data)));
  }

  @Override
  public boolean startsAtAck() {
    return true;
  }

  @Override
  public Optional<Frame> subscribed(String topic, String offset, boolean recovered) {
    return recovered ? Optional.empty() : restarted(topic, offset, Instant.now());
  }

  /** Without offsets, the protocol can only say that events may be missing. */
  @Override
  public Optional<Frame> restarted(String topic, String offset, Instant now) {
    String message = "events may be missing: fetch the tasks anew";
    return error(ErrorCode.HISTORY_CHANGED, message, null, now);
  }

  @Override
  public boolean supports(String eventType) {
    return TYPES.contains(eventType);
  }

  @Override
  public Frame event(EventMessage message, String topic) {
    var event = message.event();
    return Frame.of(new Envelope(event.type(), event.at(), event.data()));
  }

  @Override
  public Frame snapshot(SnapshotMessage message, String topic) {
    var snapshot = message.snapshot();
    return Frame.conflated(
        new Envelope(MessageType.UPDATE.text(), snapshot.timestamp(), snapshot.data()), topic);
  }

  @Override
  public Optional<Frame> unavailable(String topic, Instant now) {
    return error(ErrorCode.UNAVAILABLE, "no numbers are known yet", topic, now);
  }

  @Override
  public Optional<Frame> error(ErrorCode code, String message, String topic, Instant now) {
    var data = RawJson.encode(new Failure(code, message, topic));
    return Optional.of(Frame.of(new Envelope(MessageType.ERROR.text(), now, data)));
  }

  @Override
  public Optional<Frame> pong(Instant now) {
    return Optional.of(PONG);
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return Optional.empty();
  }
}
