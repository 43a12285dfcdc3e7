package dev.boardcast.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.boardcast.spi.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.util.List;

/** Counts the lines of a request in the report, as its response says. */
final class ReplayResponse {
  /** Set by the API if the Idempotency-Key is known. */
  private static final String REPLAYED = "Idempotency-Replayed";

  private ReplayResponse() {}

  /** Whether a retry may succeed. */
  static boolean isTransient(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  static void count(ReplayRequest request, HttpResponse<Buffer> response, ReplayReport report) {
    int status = response.statusCode();
    JsonNode body = json(response.body());
    if (status >= 400) {
      rejected(request, status, body, report);
    } else if (request.contentType().equals(ReplayRequest.NDJSON)) {
      countBatch(request.lines(), body, report);
    } else {
      // Without a key the status says whether something was created.
      boolean isDuplicate =
          request.idempotencyKey().isPresent() ? isReplayed(response.headers()) : status == 200;
      report.count(isDuplicate ? 0 : 1, isDuplicate ? 1 : 0, 0);
    }
  }

  private static void rejected(
      ReplayRequest request, int status, JsonNode body, ReplayReport report) {
    String reason =
        "%d %s".formatted(status, body.path("detail").asText(body.path("title").asText()));
    // The token is wrong for all lines.
    if (status == 401 || status == 403 && request.lines().size() > 1) report.abort(reason);
    report.count(0, 0, request.lines().size());
    report.reason(request.lines().get(0), reason.strip());
  }

  private static void countBatch(List<Long> lines, JsonNode body, ReplayReport report) {
    long accepted = body.path("accepted").asLong(-1);
    long duplicate = body.path("duplicate").asLong(-1);
    long rejected = body.path("rejected").asLong(-1);
    if (accepted < 0 || duplicate < 0 || rejected < 0) {
      report.count(0, 0, lines.size());
      report.reason(lines.get(0), "the response does not count accepted, duplicate and rejected");
      return;
    }
    report.count(accepted, duplicate, rejected);
    for (JsonNode error : body.path("errors")) {
      int index = error.path("line").asInt() - 1;
      long line = index >= 0 && index < lines.size() ? lines.get(index) : lines.get(0);
      report.reason(
          line, error.path("field").asText() + ": expected " + error.path("expected").asText());
    }
  }

  private static boolean isReplayed(MultiMap headers) {
    return "true".equalsIgnoreCase(headers.get(REPLAYED));
  }

  private static JsonNode json(Buffer body) {
    try {
      return body == null ? MissingNode.getInstance() : Json.MAPPER.readTree(body.getBytes());
    } catch (IOException notJson) {
      return MissingNode.getInstance();
    }
  }
}
