package dev.boardcast.http;

import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;

/**
 * Decompresses the body of a request with {@code Content-Encoding: gzip} that was read as a whole,
 * up to the size that a plain one may have; NDJSON is decompressed while it is read. Thread safe.
 */
public final class GzipBody implements Handler<RoutingContext> {
  private final int maxBytes;

  GzipBody(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Whether the body of a request is compressed. */
  public static boolean isCompressed(RoutingContext context) {
    return !coding(context).isEmpty();
  }

  /**
   * @throws Problem 415 for a body with another coding than gzip
   */
  static void requireKnown(RoutingContext context) {
    String coding = coding(context);
    if (coding.isEmpty() || coding.equals("gzip") || coding.equals("x-gzip")) return;
    context.response().putHeader(HttpHeaders.ACCEPT_ENCODING, "gzip");
    throw Problem.of(415, "Unsupported media type", "expected Content-Encoding gzip, or none");
  }

  private static String coding(RoutingContext context) {
    List<String> lines = context.request().headers().getAll(HttpHeaders.CONTENT_ENCODING);
    String coding = String.join(",", lines).trim().toLowerCase(Locale.ROOT);
    return coding.equals("identity") ? "" : coding;
  }

  @Override
  public void handle(RoutingContext context) {
    Buffer body = context.body().buffer();
    if (body != null && isCompressed(context) && !Ingest.isNdjson(context)) {
      JsonBody.replace(context, decompress(body));
    }
    context.next();
  }

  private Buffer decompress(Buffer body) {
    var plain = Buffer.buffer();
    try (var gzip = new Gunzip()) {
      gzip.feed(body.getBytes());
      for (byte[] piece = gzip.next(); piece.length > 0; piece = gzip.next()) {
        plain.appendBytes(piece);
        if (plain.length() > maxBytes) {
          throw Problem.of(
              413, "Too large", "the decompressed body is larger than this path accepts");
        }
      }
      if (!gzip.isComplete()) throw Gunzip.malformed();
    }
    return plain;
  }
}
