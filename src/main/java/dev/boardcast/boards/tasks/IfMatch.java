package dev.boardcast.boards.tasks;

import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The entity tags of an HTTP precondition.
 *
 * @param header {@code If-Match} or {@code If-None-Match}
 * @param tags as received: {@code *}, {@code "3"}, {@code W/"3"}
 */
record IfMatch(String header, List<String> tags) {
  private static final Pattern LIST =
      Pattern.compile(
          "\\*|(W/)?\"[\\x21\\x23-\\x7e]*\"(\\s*,\\s*(W/)?\"[\\x21\\x23-\\x7e]*\"){0,31}");
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*(?=(W/)?\")");

  /**
   * The header {@code If-Match} of a request.
   *
   * @throws Problem 400 when it is malformed
   */
  static Optional<IfMatch> of(HttpServerRequest request) {
    return read(request, "If-Match");
  }

  /**
   * The header {@code If-None-Match} of a request.
   *
   * @throws Problem 400 when it is malformed
   */
  static Optional<IfMatch> noneOf(HttpServerRequest request) {
    return read(request, "If-None-Match");
  }

  /** Whether the task has one of the tags, by strong comparison. */
  boolean matches(Task task) {
    return tags.contains("*") || tags.contains(task.etag());
  }

  /** Whether the task has one of the tags, by weak comparison. */
  boolean matchesWeakly(Task task) {
    return matches(task) || tags.contains("W/" + task.etag());
  }

  /** 412 for a task that does not match. */
  Problem failed(Task now) {
    return Problem.of(
        412, "Changed meanwhile", new FieldError(header, now.etag() + ", which it is now"));
  }

  private static Optional<IfMatch> read(HttpServerRequest request, String header) {
    List<String> lines = request.headers().getAll(header);
    if (lines.isEmpty()) return Optional.empty();
    String all = String.join(",", lines).trim();
    if (!LIST.matcher(all).matches()) {
      throw Problem.invalid(header, "* or entity tags as they were given, such as \"3\"");
    }
    return Optional.of(new IfMatch(header, List.of(COMMA.split(all))));
  }
}
