package dev.boardcast.gateway.protocol;

import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * The messages of {@link NativeDialect} as Server-Sent Events: the same JSON on one line, with the
 * place that the client hands back. What an event and its line cost is paid once for all sessions
 * whose place the event's own offset is.
 */
final class SseDialect implements Dialect {
  static final SseDialect INSTANCE = new SseDialect();

  private static final NativeDialect NATIVE = NativeDialect.INSTANCE;

  private SseDialect() {}

  @Override
  public ClientMessage read(String text) {
    return new ClientMessage.Ignored();
  }

  @Override
  public Optional<Frame> ack(String session, String node, Instant now, Optional<Principal> who) {
    return NATIVE.ack(session, node, now, who);
  }

  @Override
  public Optional<Frame> subscribed(String topic, String offset, boolean recovered) {
    return NATIVE.subscribed(topic, offset, recovered);
  }

  @Override
  public boolean tellsPlaces() {
    return true;
  }

  @Override
  public Frame event(EventMessage message, String topic) {
    return NATIVE.event(message, topic).onOneLine().at(message.offset().toString());
  }

  @Override
  public Frame snapshot(SnapshotMessage message, String topic) {
    return NATIVE.snapshot(message, topic).onOneLine();
  }

  @Override
  public Optional<Frame> unavailable(String topic, Instant now) {
    return NATIVE.unavailable(topic, now);
  }

  @Override
  public Optional<Frame> error(ErrorCode code, String message, String topic, Instant now) {
    return NATIVE.error(code, message, topic, now);
  }

  @Override
  public Optional<Frame> pong() {
    return Optional.empty();
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return NATIVE.goAway(reconnectAfterMillis, closesInMillis);
  }
}
