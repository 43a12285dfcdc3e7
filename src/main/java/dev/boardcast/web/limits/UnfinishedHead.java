package dev.boardcast.web.limits;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.lang.reflect.Field;
import java.util.Optional;

/**
 * Counts the header lines that the decoder of a connection holds until the rest of a head, or of a
 * trailer, arrives: each takes about 100 bytes, though a client sends three. They are not public
 * API of Netty; where that has changed, nothing is counted, and {@code MemoryFillerIT} fails. Event
 * loop of the channel.
 */
final class UnfinishedHead {
  private static final Optional<Field> STATE = field("currentState");
  private static final Optional<Field> MESSAGE = field("message");
  private static final Optional<Field> TRAILER = field("trailer");
  private static final String READS_HEADERS = "READ_HEADER";

  private UnfinishedHead() {}

  /** Whether a connection of HTTP/1 holds more header lines than allowed. */
  static boolean hasMoreLinesThan(int limit, ChannelPipeline pipeline) {
    HttpRequestDecoder decoder = pipeline.get(HttpRequestDecoder.class);
    if (decoder == null || STATE.isEmpty() || MESSAGE.isEmpty() || TRAILER.isEmpty()) return false;
    try {
      if (((Enum<?>) STATE.get().get(decoder)).name().equals(READS_HEADERS)) {
        var message = (HttpMessage) MESSAGE.get().get(decoder);
        return message != null && isLonger(message.headers(), limit);
      }
      var trailer = (LastHttpContent) TRAILER.get().get(decoder);
      return trailer != null && isLonger(trailer.trailingHeaders(), limit);
    } catch (IllegalAccessException | ClassCastException moved) {
      return false;
    }
  }

  private static boolean isLonger(HttpHeaders headers, int limit) {
    int lines = 0;
    for (var each = headers.iteratorCharSequence(); each.hasNext(); each.next()) {
      if (++lines > limit) return true;
    }
    return false;
  }

  private static Optional<Field> field(String name) {
    try {
      Field found = HttpObjectDecoder.class.getDeclaredField(name);
      found.setAccessible(true);
      return Optional.of(found);
    } catch (ReflectiveOperationException | RuntimeException moved) {
      return Optional.empty();
    }
  }
}
