package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An error response as of RFC 9457, {@code application/problem+json}. Thrown by handlers, or passed
 * to {@code RoutingContext.fail}; the node sends it.
 *
 * <p>All of it is sent to the client: nothing internal belongs in it.
 */
public final class Problem extends RuntimeException {
  private final int status;
  private final String title;
  private final transient List<FieldError> errors;
  private final int retryAfterSeconds;
  private final String reason;

  private Problem(
      int status, String title, String detail, List<FieldError> errors, int retryAfterSeconds) {
    this(status, title, detail, errors, retryAfterSeconds, null);
  }

  private Problem(
      int status,
      String title,
      String detail,
      List<FieldError> errors,
      int retryAfterSeconds,
      String reason) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.errors = List.copyOf(errors);
    this.retryAfterSeconds = retryAfterSeconds;
    this.reason = reason;
  }

  /**
   * One wrong field of the input.
   *
   * @param field its name: {@code cost}, {@code line 3: cost}, {@code If-Match}
   * @param expected what would have been valid
   */
  public record FieldError(String field, String expected) {}

  /**
   * The JSON body.
   *
   * @param reason a name for the cause that programs can compare; null for most problems
   * @param requestId the request that was refused, as in the header {@code X-Request-Id} of its
   *     response and in the log; null where it is not known
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Body(
      String type,
      String title,
      int status,
      String detail,
      List<FieldError> errors,
      String reason,
      String requestId) {
    /** As above, of no known request. */
    public Body(
        String type,
        String title,
        int status,
        String detail,
        List<FieldError> errors,
        String reason) {
      this(type, title, status, detail, errors, reason, null);
    }
  }

  /**
   * A problem of any status.
   *
   * @param detail what happened, and what the client can do
   */
  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, List.of(), 0);
  }

  /** 400: fields of the input are not valid. */
  public static Problem invalid(List<FieldError> errors) {
    var first = errors.get(0);
    return new Problem(
        400, "Invalid input", first.field() + ": expected " + first.expected(), errors, 0);
  }

  /** 400: one field of the input is not valid. */
  public static Problem invalid(String field, String expected) {
    return invalid(List.of(new FieldError(field, expected)));
  }

  /** A status other than 400 because of one field. */
  public static Problem of(int status, String title, FieldError error) {
    return new Problem(
        status, title, error.field() + ": expected " + error.expected(), List.of(error), 0);
  }

  /** 401: the request needs a valid token. */
  public static Problem unauthenticated(String reason) {
    return of(401, "Not authenticated", reason);
  }

  /** 401: the token was valid, but it was revoked. */
  public static Problem revoked(String detail) {
    return new Problem(401, "Not authenticated", detail, List.of(), 0, "revoked");
  }

  /** 403: the caller may not do this. */
  public static Problem forbidden(String reason) {
    return of(403, "Forbidden", reason);
  }

  /**
   * 404: it does not exist, or the caller may not see it.
   *
   * @param what such as {@code task 7}
   */
  public static Problem notFound(String what) {
    return of(404, "Not found", what + " does not exist, or is not yours to see");
  }

  /** 503: a dependency is unreachable; the client may retry after so many seconds. */
  public static Problem unavailable(String detail, int retryAfterSeconds) {
    return new Problem(503, "Unavailable", detail, List.of(), retryAfterSeconds);
  }

  /** 429: the client was too fast; it may go on after so many seconds. */
  public static Problem tooMany(String detail, int retryAfterSeconds) {
    return new Problem(429, "Too many requests", detail, List.of(), retryAfterSeconds);
  }

  public int status() {
    return status;
  }

  public List<FieldError> errors() {
    return errors;
  }

  /** Seconds for {@code Retry-After}, 0 for none. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  public Body body() {
    return body(null);
  }

  /** The same, for the response to a request that has this id. */
  public Body body(String requestId) {
    return new Body("about:blank", title, status, getMessage(), errors, reason, requestId);
  }
}
