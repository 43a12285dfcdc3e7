package dev.boardcast.http;

import java.time.Duration;

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
 */
public record HttpConfig(
    int maxBody,
    int maxLine,
    int batch,
    int maxRejections,
    Duration answerLimit,
    Duration idleLimit) {
  public static final HttpConfig DEFAULTS = new HttpConfig(1 << 20, 64 << 10, 2000, 100);

  public HttpConfig {
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
  }

  /** With the times as by default. */
  public HttpConfig(int maxBody, int maxLine, int batch, int maxRejections) {
    this(maxBody, maxLine, batch, maxRejections, Duration.ofSeconds(15), Duration.ofSeconds(75));
  }
}
