package dev.boardcast.gateway.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.EphemeralMessage;
import dev.boardcast.spi.Principal;
import java.time.Instant;
import java.util.Optional;

/**
 * The messages of {@link NativeDialect} as Server-Sent Events: the same JSON on one line, with the
 * session's resume point as the event id. Sessions whose resume point is the event's own offset
 * share one frame.
 */
public final class SseDialect implements Dialect {
  public static final SseDialect INSTANCE = new SseDialect();

  private static final NativeDialect NATIVE = NativeDialect.INSTANCE;

  private SseDialect() {}

  @Override
  public ClientMessage read(String text) {
    return new ClientMessage.Ignored();
  }

  @Override
  public Optional<Frame> ack(
      String session, String node, String version, Instant now, Optional<Principal> principal) {
    return NATIVE.ack(session, node, version, now, principal);
  }

  @Override
  public Optional<Frame> subscribed(String topic, String offset, boolean recovered) {
    return NATIVE.subscribed(topic, offset, recovered);
  }

  @Override
  public boolean sendsResumePoints() {
    return true;
  }

  @Override
  public Frame event(EventMessage message, String topic) {
    return NATIVE.event(message, topic).onOneLine().withResumePoint(message.offset().toString());
  }

  @Override
  public Frame ownEvent(EventMessage message, String topic, String id) {
    return NATIVE
        .ownEvent(message, topic, id)
        .onOneLine()
        .withResumePoint(message.offset().toString());
  }

  @Override
  public Optional<Frame> ephemeral(EphemeralMessage message) {
    return NATIVE.ephemeral(message).map(Frame::onOneLine);
  }

  @Override
  public Frame snapshot(SnapshotMessage message, String topic) {
    return NATIVE.snapshot(message, topic).onOneLine();
  }

  @Override
  public Frame delta(SnapshotDelta delta, String topic) {
    return NATIVE.delta(delta, topic).onOneLine();
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
  public Optional<Frame> refused(
      ErrorCode code, String message, String field, String topic, JsonNode id) {
    return NATIVE.refused(code, message, field, topic, id);
  }

  @Override
  public Optional<Frame> presence(PresenceList list, JsonNode id) {
    return NATIVE.presence(list, id);
  }

  @Override
  public Optional<Frame> conflatedPresence(PresenceList list) {
    return NATIVE.conflatedPresence(list);
  }

  @Override
  public Optional<Frame> presenceChange(PresenceDelta delta) {
    return NATIVE.presenceChange(delta);
  }

  @Override
  public Optional<Frame> pong(Instant now) {
    return Optional.empty();
  }

  @Override
  public Optional<Frame> goAway(long reconnectAfterMillis, long closesInMillis) {
    return NATIVE.goAway(reconnectAfterMillis, closesInMillis);
  }

  @Override
  public Optional<Frame> stale(String topic, Instant since) {
    return NATIVE.stale(topic, since);
  }

  @Override
  public Optional<Frame> position(String topic, String offset) {
    return NATIVE.position(topic, offset);
  }

  @Override
  public Optional<Frame> fresh(String topic) {
    return NATIVE.fresh(topic);
  }
}
