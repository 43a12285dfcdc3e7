package dev.boardcast.web;

import dev.boardcast.spi.Problem;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Answers in CSV (RFC 4180). */
public final class Csv {
  /** The media type. */
  public static final String TYPE = "text/csv; charset=utf-8";

  private Csv() {}

  /**
   * Whether a client wants CSV rather than JSON: by a parameter, else by its {@code Accept}, in its
   * order of preference.
   *
   * @param format the parameter {@code format}
   * @throws Problem 400 when the parameter is neither {@code csv} nor {@code json}
   */
  public static boolean isWanted(RoutingContext context, Optional<String> format) {
    if (format.isPresent()) {
      return switch (format.get()) {
        case "csv" -> true;
        case "json" -> false;
        default -> throw Problem.invalid("format", "json or csv");
      };
    }
    for (var type : context.parsedHeaders().accept()) {
      if (type.weight() == 0) continue;
      if (type.value().equals("text/csv")) return true;
      if (type.value().matches("application/json|application/\\*|\\*/\\*")) return false;
    }
    return false;
  }

  /** A cell with this text; spreadsheets do not run it as a formula. */
  public static String cell(String text) {
    String safe = text.matches("(?s)[=+\\-@\\t\\r].*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\\r\\n].*") ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
  }
}
