package dev.boardcast.boards.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.metrics.Folding;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The pipeline board on a fresh database: facts are sent over HTTP, and the test runs the folds.
 */
final class PipelineFixture implements AutoCloseable {
  static final String RUNS = "/api/v1/monitoring/scrape-runs";
  static final String SAMPLES = "/api/v1/monitoring/quality-samples";
  static final String HOURS = "/api/v1/monitoring/data-quality";
  static final String SENDER = "u;;ingest";

  final DatabaseConfig database = Services.get().freshDatabase();
  final Sql sql = new Sql(database.postgresUri());
  final Api api;
  final PipelineBoard board;
  final Folding folding;

  PipelineFixture() {
    this(Settings.defaults(PipelineConfig.class), HttpConfig.DEFAULTS, Visibility.PUBLIC);
  }

  PipelineFixture(PipelineConfig config) {
    this(config, HttpConfig.DEFAULTS, Visibility.PUBLIC);
  }

  PipelineFixture(PipelineConfig config, HttpConfig http, Visibility visibility) {
    api =
        new Api(
            database,
            http,
            parts -> {
              return new PipelineModule().routes(parts.board().visibility(visibility));
            });
    board = new PipelineBoard(config, api.parts().outbox());
    folding = new Folding(api.parts().pool(), board, "me").take();
  }

  static ObjectNode success(String source, Instant at, long records) {
    return run(source, at).put("status", "success").put("records", records);
  }

  static ObjectNode failure(String source, Instant at) {
    return run(source, at).put("status", "failure");
  }

  private static ObjectNode run(String source, Instant at) {
    return Json.MAPPER
        .createObjectNode()
        .put("source", source)
        .put("started_at", at.minusSeconds(20).toString())
        .put("finished_at", at.toString());
  }

  static ObjectNode sample(
      String source, Instant at, long attempts, long successes, long checks, long passes) {
    return Json.MAPPER
        .createObjectNode()
        .put("source", source)
        .put("geocoding_attempts", attempts)
        .put("geocoding_successes", successes)
        .put("validation_attempts", checks)
        .put("validation_passes", passes)
        .put("sampled_at", at.toString());
  }

  /** Sends facts as one stream; all must be new. */
  void post(String path, ObjectNode... facts) {
    post(path, List.of(facts));
  }

  void post(String path, Collection<ObjectNode> facts) {
    String lines = facts.stream().map(ObjectNode::toString).collect(Collectors.joining("\n"));
    var answer =
        api.call("POST", path).as(SENDER).body("application/x-ndjson", Buffer.buffer(lines)).now();
    assertEquals(200, answer.status(), answer.text());
    assertEquals(facts.size(), answer.json().get("accepted").asInt(), answer.text());
  }

  /** The metrics at that time. */
  JsonNode at(Instant now) {
    return folding.at(now);
  }

  /** The hours of a range, and of a source unless null, all in one page. */
  JsonNode hours(String source, Instant from, Instant to) {
    String query = "?limit=1000&from=" + from + "&to=" + to;
    if (source != null) query += "&source=" + source;
    var answer = api.call("GET", HOURS + query).now();
    assertEquals(200, answer.status(), answer.text());
    return answer.json().get("items");
  }

  @Override
  public void close() {
    api.close();
  }
}
