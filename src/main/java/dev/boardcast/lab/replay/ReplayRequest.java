package dev.boardcast.lab.replay;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;

/**
 * One call of the public API that carries recorded lines.
 *
 * @param order requests of one order go one after another; others may go side by side
 * @param isFirst whether nothing that comes after it may be sent before its answer
 * @param idempotencyKey makes a repetition harmless, where what is sent does not do so itself
 * @param lines numbers of the lines it carries, in order, as the file counts them
 * @param bytes how much of the file it stands for
 */
record ReplayRequest(
    int order,
    boolean isFirst,
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
