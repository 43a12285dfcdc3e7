package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * The older protocols of {@code /ws/metrics…}: one board's snapshot on connect and at every update.
 * Client messages are ignored, apart from {@code auth} and {@code ping}.
 */
public final class BoardDialect implements Dialect {
  static final BoardDialect BARE = new BoardDialect(Board.Format.BARE);
  static final BoardDialect TYPED = new BoardDialect(Board.Format.TYPED);

  private static final BoardDialect UPDATE = new BoardDialect(Board.Format.UPDATE);

  private record Failure(String error, Instant timestamp) {}

  private record Pong(MessageType type, Instant timestamp) {}

  private final Board.Format format;

  private BoardDialect(Board.Format format) {
    this.format = format;
  }

  /** The shared instance of a format. */
  public static BoardDialect of(Board.Format format) {
    return switch (format) {
      case BARE -> BARE;
      case TYPED -> TYPED;
      case UPDATE, UPDATE_AND_METRICS -> UPDATE;
    };
  }

  @Override
  public boolean isSingleBoard() {
    return true;
  }

  @Override
  public ClientMessage read(String text) {
    boolean mayMatter =
        text.startsWith("{") && (text.contains("\"auth\"") || text.contains("\"ping\""));
    if (!mayMatter) return new ClientMessage.Ignored();
    JsonNode message = MessageReader.object(text);
    return switch (message.path("type").asText("")) {
      case "ping" -> new ClientMessage.Ping();
      case "auth" -> MessageReader.auth(message);
      default -> new ClientMessage.Ignored();
    };
  }

  @Override
  public Optional<Frame> ack(
      String session, String node, String version, Instant now, Optional<Principal> principal) {
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
    return Frame.conflated(format.of(message.snapshot()), topic);
  }

  @Override
  public Optional<Frame> unavailable(String topic, Instant now) {
    return Optional.of(Frame.conflated(new Failure("Failed to fetch metrics", now), topic));
  }

  @Override
  public Optional<Frame> error(ErrorCode code, String message, String topic, Instant now) {
    return Optional.of(Frame.of(new Failure(message, now)));
  }

  @Override
  public Optional<Frame> pong(Instant now) {
    return Optional.of(Frame.of(new Pong(MessageType.PONG, now)));
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return Optional.empty();
  }
}
