package dev.boardcast.http.pages;

import dev.boardcast.web.GzipResponse;
import io.vertx.core.buffer.Buffer;
import java.util.zip.CRC32;

/**
 * Holds one file as it is sent, plain and compressed. Immutable.
 *
 * @param type its media type
 * @param tag the entity tag of the plain one, quoted
 */
record PageFile(String type, String tag, Buffer plain, Buffer gzipped) {

  /**
   * @param name its ending decides the media type
   */
  public static PageFile of(String name, byte[] content) {
    var sum = new CRC32();
    sum.update(content);
    String tag = "\"%x-%x\"".formatted(content.length, sum.getValue());
    return new PageFile(type(name), tag, Buffer.buffer(content), GzipResponse.best(content));
  }

  /** The entity tag of one of the two: they are different representations (RFC 9110, 8.8.3.3). */
  String tag(boolean isGzip) {
    return isGzip ? tag.substring(0, tag.length() - 1) + "-gzip\"" : tag;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "json" -> "application/json";
      case "svg" -> "image/svg+xml";
      case "yaml" -> "application/yaml";
      default -> "text/plain; charset=utf-8";
    };
  }
}
