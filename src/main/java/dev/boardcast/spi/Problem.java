package dev.boardcast.spi;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.web.ProblemHandler;
import java.util.List;

/**
 * The one error body (RFC 9457), thrown by handlers and written by {@link ProblemHandler}.
 *
 * <p>What it says is meant for the caller: nothing internal belongs in it.
 */
public final class Problem extends RuntimeException {
  private final int status;
  private final String title;
  private final transient List<FieldError> errors;
  private final int retryAfterSeconds;

  private Problem(
      int status, String title, String detail, List<FieldError> errors, int retryAfterSeconds) {
    super(detail, null, false, false);
    this.status = status;
    this.title = title;
    this.errors = List.copyOf(errors);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * One thing wrong with the input.
   *
   * @param field where: {@code cost}, {@code line 3: cost}, {@code If-Match}
   * @param expected what would have been right
   */
  public record FieldError(String field, String expected) {}

  /** The JSON form. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Body(
      String type, String title, int status, String detail, List<FieldError> errors) {}

  public static Problem of(int status, String title, String detail) {
    return new Problem(status, title, detail, List.of(), 0);
  }

  /** 400: the input does not have the expected form. */
  public static Problem invalid(List<FieldError> errors) {
    var first = errors.get(0);
    return new Problem(
        400, "Invalid input", first.field() + ": expected " + first.expected(), errors, 0);
  }

  /** 400 for one field. */
  public static Problem invalid(String field, String expected) {
    return invalid(List.of(new FieldError(field, expected)));
  }

  /** Another status than 400 because of one field: {@code expected} says what would be accepted. */
  public static Problem of(int status, String title, FieldError error) {
    return new Problem(
        status, title, error.field() + ": expected " + error.expected(), List.of(error), 0);
  }

  public static Problem unauthenticated(String reason) {
    return of(401, "Not authenticated", reason);
  }

  public static Problem forbidden(String reason) {
    return of(403, "Forbidden", reason);
  }

  public static Problem notFound(String what) {
    return of(404, "Not found", what + " does not exist, or is not yours to see");
  }

  /** 503: a dependency is away; the caller may try again. */
  public static Problem unavailable(String detail, int retryAfterSeconds) {
    return new Problem(503, "Unavailable", detail, List.of(), retryAfterSeconds);
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
    return new Body("about:blank", title, status, getMessage(), errors);
  }
}
