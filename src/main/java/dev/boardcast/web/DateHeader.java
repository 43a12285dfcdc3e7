package dev.boardcast.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The header {@code Date} of every response (RFC 9110, 6.6.1), formatted once a second. */
public final class DateHeader {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static volatile Formatted last = new Formatted(0, "");

  private DateHeader() {}

  private record Formatted(long second, String text) {}

  /** Sets it to the current time. */
  public static void set(HttpServerResponse response) {
    response.putHeader(HttpHeaders.DATE, now());
  }

  /** The current time as the header has it. */
  public static String now() {
    long second = System.currentTimeMillis() / 1000;
    Formatted known = last;
    if (known.second() != second) {
      known = new Formatted(second, FORMAT.format(Instant.ofEpochSecond(second)));
      last = known;
    }
    return known.text();
  }
}
