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
 * Compresses large responses with gzip where the client accepts it.
 *
 * <p>The HTTP server's own compression would compress all responses, small ones too, on the event
 * loop.
 */
public final class GzipResponse {
  private GzipResponse() {}

  /** Whether {@code Accept-Encoding} accepts gzip. */
  public static boolean isWanted(RoutingContext context) {
    return accepts(context.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
  }

  static boolean accepts(String header) {
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

  /** Compresses fast, for a response that is sent once. Blocks. */
  public static Buffer fast(Buffer content) {
    return Buffer.buffer(zip(content.getBytes(), Deflater.BEST_SPEED));
  }

  /** Compresses best, for content that is cached. Blocks. */
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
