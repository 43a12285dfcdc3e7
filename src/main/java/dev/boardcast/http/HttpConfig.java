package dev.boardcast.http;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Bounds of the HTTP API.
 *
 * @param maxBody most bytes of a body that is read whole; default 1 MiB
 * @param maxLine most bytes of one line of an NDJSON body; default 64 KiB
 * @param batch most facts written in one transaction; default 2000
 * @param maxRejections most rejected lines listed in an answer; the rest are only counted; default
 *     100
 * @param answerLimit how long a request may wait for the beginning of its answer; default 15 s
 * @param idleLimit when an idle connection is closed; default 75 s
 * @param allowedOrigins whose pages may read what is answered, {@code https://app.example.org}, or
 *     {@code *} alone for all; our own may always; default none
 */
public record HttpConfig(
    int maxBody,
    int maxLine,
    int batch,
    int maxRejections,
    Duration answerLimit,
    Duration idleLimit,
    List<String> allowedOrigins) {
  public static final HttpConfig DEFAULTS = new HttpConfig(1 << 20, 64 << 10, 2000, 100);

  // As browsers write them.
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");

  public HttpConfig {
    allowedOrigins = List.copyOf(allowedOrigins);
    if (maxBody < 1024) {
      throw new IllegalArgumentException("http-max-body must be at least 1024, was " + maxBody);
    }
    if (maxLine < 256) {
      throw new IllegalArgumentException("http-max-line must be at least 256, was " + maxLine);
    }
    if (batch < 1 || batch > 5000) {
      throw new IllegalArgumentException("http-batch must be 1 to 5000, was " + batch);
    }
    if (maxRejections < 0) {
      throw new IllegalArgumentException(
          "http-max-rejections must be at least 0, was " + maxRejections);
    }
    if (answerLimit.toMillis() < 100) {
      throw new IllegalArgumentException(
          "http-answer-limit must be at least 100ms, was " + answerLimit);
    }
    if (idleLimit.toMillis() < 1000) {
      throw new IllegalArgumentException("http-idle-limit must be at least 1s, was " + idleLimit);
    }
    if (!allowedOrigins.equals(List.of(CorsPolicy.ANY))) allowedOrigins.forEach(HttpConfig::origin);
  }

  /** With the times as by default, and no other origins. */
  public HttpConfig(int maxBody, int maxLine, int batch, int maxRejections) {
    this(
        maxBody,
        maxLine,
        batch,
        maxRejections,
        Duration.ofSeconds(15),
        Duration.ofSeconds(75),
        List.of());
  }

  /** The same with pages of these origins allowed. */
  public HttpConfig withAllowedOrigins(List<String> origins) {
    return new HttpConfig(maxBody, maxLine, batch, maxRejections, answerLimit, idleLimit, origins);
  }

  private static void origin(String text) {
    if (!ORIGIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "http-allowed-origins must be origins such as https://app.example.org, or * alone, was "
              + text);
    }
  }
}
