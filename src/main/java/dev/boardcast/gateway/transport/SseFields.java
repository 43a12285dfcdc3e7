package dev.boardcast.gateway.transport;

import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.MessageType;
import dev.boardcast.spi.Json;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;

/** Writes the fields of Server-Sent Events. */
public final class SseFields {
  private static final String LAST_EVENT_ID = "Last-Event-ID";
  private static final int MAX_ID = 1_024;

  /** The last message, in place of a close frame. */
  private record Close(MessageType type, int code, String reason, String reconnect) {}

  private SseFields() {}

  /** How long a browser waits before it reconnects. */
  public static String retry(long millis) {
    return "retry: " + millis + "\n";
  }

  public static String comment(String text) {
    return ": " + text.replace('\n', ' ').replace('\r', ' ') + "\n";
  }

  /**
   * The id that the client already has. By the standard each response starts with none, and the
   * first message would make a browser forget where it was; empty where it had none.
   */
  public static String lastEventId(HttpServerRequest request) {
    String last = request.getHeader(LAST_EVENT_ID);
    return last == null || last.isEmpty() || last.length() > MAX_ID ? "" : "id: " + last + "\n";
  }

  /** One message, which ends the fields before it. */
  public static String data(String json) {
    return "data: " + json + "\n\n";
  }

  /** The message that announces the end of the response. */
  public static String close(CloseCode code, String reason) {
    String reconnect = code.reconnect().name().toLowerCase(Locale.ROOT);
    return data(Json.encode(new Close(MessageType.CLOSE, code.number(), reason, reconnect)));
  }
}
