package dev.boardcast.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Principal;
import dev.boardcast.bus.RawJson;
import dev.boardcast.metric.Board;
import java.time.Instant;
import java.util.Optional;

/**
 * The older protocols of {@code /ws/metrics…}: one board, its numbers on connect and at every
 * update, and nothing else. Clients may stay silent; apart from a first-frame {@code auth}, what
 * they say is ignored.
 */
final class BoardDialect implements Dialect {
  /** Numbers and timestamp at the top level. */
  static final BoardDialect BARE = new BoardDialect(false);

  /** {@code {"type":"metrics","data":{…}}}. */
  static final BoardDialect TYPED = new BoardDialect(true);

  private record Typed(String type, RawJson data) {}

  private record Failure(String error, Instant timestamp) {}

  private final boolean typed;

  private BoardDialect(boolean typed) {
    this.typed = typed;
  }

  static BoardDialect of(Board.Wire wire) {
    return wire == Board.Wire.TYPED ? TYPED : BARE;
  }

  @Override
  public boolean isOfOneBoard() {
    return true;
  }

  @Override
  public ClientMessage read(String text) {
    if (!text.startsWith("{") || !text.contains("\"auth\"")) return new ClientMessage.Ignored();
    JsonNode message = MessageReader.object(text);
    if (!message.path("type").asText("").equals("auth")) return new ClientMessage.Ignored();
    return MessageReader.auth(message);
  }

  @Override
  public Optional<Frame> ack(String session, String node, Instant now, Optional<Principal> who) {
    return Optional.empty();
  }

  @Override
  public Optional<Frame> subscribed(String topic, String offset, boolean recovered) {
    return Optional.empty();
  }

  @Override
  public Frame event(EventMessage message, String topic) {
    return Frame.of(message.event().data());
  }

  @Override
  public Frame snapshot(SnapshotMessage message, String topic) {
    RawJson bare = message.snapshot().bare();
    return Frame.newest(typed ? new Typed("metrics", bare) : bare, topic);
  }

  @Override
  public Optional<Frame> unavailable(String topic, Instant now) {
    return Optional.of(Frame.newest(new Failure("Failed to fetch metrics", now), topic));
  }

  @Override
  public Optional<Frame> error(ErrorCode code, String message, String topic, Instant now) {
    return Optional.of(Frame.of(new Failure(message, now)));
  }

  @Override
  public Optional<Frame> pong() {
    return Optional.empty();
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return Optional.empty();
  }
}
