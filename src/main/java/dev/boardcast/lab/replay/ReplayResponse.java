package dev.boardcast.lab.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.boardcast.spi.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.client.HttpResponse;
import java.io.IOException;
import java.util.List;

/** Reads what the API said of one request into the report. */
final class ReplayResponse {
  /** Set by the API when an Idempotency-Key was met before. */
  private static final String REPLAYED = "Idempotency-Replayed";

  private ReplayResponse() {}

  /** Whether the same request may do better later. */
  static boolean isTransient(int status) {
    return status == 429 || status == 502 || status == 503 || status == 504;
  }

  static void count(ReplayRequest request, HttpResponse<Buffer> answer, ReplayReport report) {
    int status = answer.statusCode();
    JsonNode body = json(answer.body());
    if (status >= 400) {
      refused(request, status, body, report);
    } else if (request.contentType().equals(ReplayRequest.NDJSON)) {
      counted(request.lines(), body, report);
    } else {
      // Without a key the API says by its status whether that was new.
      boolean again =
          request.idempotencyKey().isPresent() ? isTrue(answer.headers()) : status == 200;
      report.count(again ? 0 : 1, again ? 1 : 0, 0);
    }
  }

  private static void refused(
      ReplayRequest request, int status, JsonNode body, ReplayReport report) {
    String reason =
        "%d %s".formatted(status, body.path("detail").asText(body.path("title").asText()));
    // Nobody else's lines would fare better: the token is wrong for all.
    if (status == 401 || status == 403 && request.lines().size() > 1) report.abort(reason);
    report.count(0, 0, request.lines().size());
    report.reason(request.lines().get(0), reason.strip());
  }

  private static void counted(List<Long> lines, JsonNode body, ReplayReport report) {
    long accepted = body.path("accepted").asLong(-1);
    long duplicate = body.path("duplicate").asLong(-1);
    long rejected = body.path("rejected").asLong(-1);
    if (accepted < 0 || duplicate < 0 || rejected < 0) {
      report.count(0, 0, lines.size());
      report.reason(lines.get(0), "the answer does not count accepted, duplicate and rejected");
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

  private static boolean isTrue(MultiMap headers) {
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
