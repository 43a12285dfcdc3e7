package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Optional;

/**
 * Runs the write of an HTTP request in one transaction and responds; with the header {@code
 * Idempotency-Key}, once per caller and key.
 *
 * <ul>
 *   <li>The response is stored in the transaction of the write: both are committed, or neither.
 *   <li>The same request again gets the stored response with {@code Idempotency-Replayed: true}; if
 *       the first is still running, it waits for its end. Responses are kept for 24 hours.
 *   <li>Another request with the same key gets 422.
 *   <li>A failed write stores nothing, so a retry runs it again.
 * </ul>
 *
 * <p>Thread safe.
 */
public interface Idempotency {
  /**
   * Runs the write, commits, and responds. A failure goes to the router's failure handler.
   *
   * @param caller whose keys these are
   */
  void respond(RoutingContext context, Principal caller, Write write);

  /** What one request changes, in a transaction that the caller of this method ends. */
  @FunctionalInterface
  interface Write {
    Future<Written> in(SqlClient transaction);
  }

  /**
   * The result of a write.
   *
   * @param afterCommit runs on the request's event loop after the commit and before the response
   */
  record Written(StoredResponse response, Runnable afterCommit) {}

  /**
   * The key of a request, if it has one.
   *
   * @throws Problem 400 when the header is malformed
   */
  static Optional<String> key(RoutingContext context) {
    List<String> values = context.request().headers().getAll(HEADER);
    if (values.isEmpty()) return Optional.empty();
    if (values.size() > 1 || !values.get(0).matches("[\\x21-\\x7e]{1,255}")) {
      throw Problem.invalid(HEADER, "one value of 1 to 255 visible ASCII characters");
    }
    return Optional.of(values.get(0));
  }

  /** The name of the request header. */
  String HEADER = "Idempotency-Key";
}
