package dev.boardcast.web.limits;

import dev.boardcast.spi.Problem;
import io.vertx.core.http.HttpServerResponse;

/**
 * The answer to a client that was too fast: 429 with {@code Retry-After}, and the fields of
 * draft-ietf-httpapi-ratelimit-headers, which name the setting.
 *
 * @param setting that bounds the client; the name of the policy
 * @param quota how much it may do in a window
 * @param windowSeconds length of the window
 * @param retryAfterSeconds when it may go on, at least 1
 */
public record RateLimit(String setting, long quota, long windowSeconds, int retryAfterSeconds) {
  public static final String POLICY = "RateLimit-Policy";
  public static final String STATE = "RateLimit";

  /** Adds the fields to a response, and makes the problem that is its body. */
  public Problem refuse(HttpServerResponse response, String detail) {
    if (!response.headWritten()) {
      response
          .putHeader(POLICY, "\"%s\";q=%d;w=%d".formatted(setting, quota, windowSeconds))
          .putHeader(STATE, "\"%s\";r=0;t=%d".formatted(setting, retryAfterSeconds));
    }
    return problem(detail);
  }

  /** The problem alone, for one of several messages. */
  public Problem problem(String detail) {
    return Problem.tooMany(detail + " (" + setting + ")", retryAfterSeconds);
  }
}
