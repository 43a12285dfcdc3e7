package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * Reads facts from HTTP requests and stores them in a {@link FactSink}.
 *
 * <p>A request carries one JSON object, a JSON array, or NDJSON ({@code application/x-ndjson},
 * {@code application/ndjson}, {@code application/jsonl}) of any length. Facts are records whose
 * Jakarta Validation annotations state what is valid. NDJSON is read as a stream: one batch is
 * stored while the next is read, so memory does not grow with the body. Responses:
 *
 * <ul>
 *   <li>One object: 201 when it is new, 200 when it is a duplicate, 400 naming the wrong field.
 *   <li>Several: 200 with a {@link Summary}. Valid facts are kept, others are listed. With any
 *       other status the rest was not read; facts with an {@code event_id} can be sent again.
 * </ul>
 *
 * <p>Thread safe. Requests are handled on their event loop.
 */
public interface Ingest {
  /**
   * A handler that stores facts of the callers that {@link #authorize} accepts.
   *
   * @param type a record with validation annotations
   */
  default <T> Handler<RoutingContext> handler(Class<T> type, FactSink<T> sink) {
    return context -> {
      authorize(context);
      handle(context, type, sink);
    };
  }

  /** As {@link #handler} for one request, without checking the caller. */
  <T> void handle(RoutingContext context, Class<T> type, FactSink<T> sink);

  /**
   * Stores the JSON array in the body of a request, and leaves the response to the caller.
   *
   * @param sink called for one batch after the other; may use a transaction of the caller's
   * @return the summary; fails as the sink
   * @throws Problem 400 when the body is not a JSON array
   */
  <T> Future<Summary> storeArray(RoutingContext context, Class<T> type, FactSink<T> sink);

  /**
   * The caller, who may write facts: with the role {@link Principal#INGEST} on a node that requires
   * authentication, otherwise anybody.
   *
   * @return the principal of the request, {@link Principal#ANONYMOUS} without a token
   * @throws Problem 401 without a token, 403 without the role
   */
  Principal authorize(RoutingContext context);

  /** Whether the request carries several facts: NDJSON or a JSON array. */
  static boolean isBatch(RoutingContext context) {
    return isNdjson(context) || JsonBody.isArray(context);
  }

  /** Whether the request says that its body is NDJSON; such a body is not read in advance. */
  static boolean isNdjson(RoutingContext context) {
    return JsonBody.isNdjson(context);
  }

  /**
   * The response to several facts.
   *
   * @param accepted number of new facts
   * @param duplicate number of known facts
   * @param rejected number of facts that were not stored
   * @param errors the first rejected facts in order, bounded by configuration
   */
  record Summary(long accepted, long duplicate, long rejected, List<LineError> errors) {}

  /**
   * A rejected fact.
   *
   * @param line its line, or its position in the array, from 1
   * @param field the wrong field
   * @param expected what would have been valid
   */
  record LineError(long line, String field, String expected) {}
}
