package dev.boardcast.web;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Answers in fewer bytes, for those who take them so. The server's own compression would work for
 * all answers, also small ones, and on the event loop; so each large answer says for itself.
 */
public final class GzipResponse {
  private GzipResponse() {}

  /** Whether {@code Accept-Encoding} names gzip, or anything, and not with weight nothing. */
  public static boolean isWanted(RoutingContext context) {
    return isNamedBy(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
  }

  static boolean isNamedBy(String header) {
    if (header == null) return false;
    boolean any = false;
    for (String each : header.split(",")) {
      String[] parts = each.trim().split("\\s*;\\s*");
      boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
      if (parts[0].equalsIgnoreCase("gzip")) return !refused;
      if (parts[0].equals("*")) any = !refused;
    }
    return any;
  }

  /** Quickly, for an answer that is sent once. Not for an event loop. */
  public static Buffer quickly(Buffer content) {
    return Buffer.buffer(zip(content.getBytes(), Deflater.BEST_SPEED));
  }

  /** As small as it gets, for what is kept. Not for an event loop. */
  public static Buffer best(byte[] content) {
    return Buffer.buffer(zip(content, Deflater.BEST_COMPRESSION));
  }

  private static byte[] zip(byte[] content, int level) {
    var bytes = new ByteArrayOutputStream(content.length / 4 + 64);
    try (var zip = new Leveled(bytes, level)) {
      zip.write(content);
    } catch (IOException inMemory) {
      throw new UncheckedIOException(inMemory);
    }
    return bytes.toByteArray();
  }

  private static final class Leveled extends GZIPOutputStream {
    Leveled(ByteArrayOutputStream to, int level) throws IOException {
      super(to);
      def.setLevel(level);
    }
  }
}
