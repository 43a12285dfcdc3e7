package dev.boardcast.lab.replay;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;

/**
 * A request to the public API that carries recorded lines.
 *
 * @param order requests with the same order are sent one after another, others in parallel
 * @param isBarrier whether later requests wait for its response
 * @param idempotencyKey makes a repetition harmless, if the body does not
 * @param lines numbers of its lines in the file, in order
 * @param bytes of its lines in the file
 */
record ReplayRequest(
    int order,
    boolean isBarrier,
    HttpMethod method,
    String path,
    String contentType,
    Optional<String> idempotencyKey,
    Buffer body,
    List<Long> lines,
    long bytes) {
  static final String JSON = "application/json";
  static final String NDJSON = "application/x-ndjson";
}
