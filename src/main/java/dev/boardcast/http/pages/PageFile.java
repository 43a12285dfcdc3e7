package dev.boardcast.http.pages;

import dev.boardcast.web.GzipResponse;
import io.vertx.core.buffer.Buffer;
import java.util.zip.CRC32;

/**
 * A file of the pages as it is sent.
 *
 * @param tag its entity tag, quoted
 */
public record PageFile(String type, String tag, Buffer plain, Buffer gzipped) {

  /**
   * @param name with an ending that tells what it is
   */
  public static PageFile of(String name, byte[] content) {
    var sum = new CRC32();
    sum.update(content);
    String tag = "\"%x-%x\"".formatted(content.length, sum.getValue());
    return new PageFile(type(name), tag, Buffer.buffer(content), GzipResponse.best(content));
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "json" -> "application/json";
      case "svg" -> "image/svg+xml";
      default -> "text/plain; charset=utf-8";
    };
  }
}
