package dev.boardcast.boards.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.config.Settings;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Api.Answer;
import dev.boardcast.testing.Services;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The board's module on a real HTTP port and a fresh database, with folds that the test runs. Calls
 * block.
 */
final class AnalysisApi implements AutoCloseable {
  static final String WRITER = "writer;;ingest";

  private static final String NOTHING_SEEN = "1:1:";

  final Api api;
  private final Board board;
  private String watermark = NOTHING_SEEN;

  AnalysisApi(Clock clock) {
    this(Services.get().freshDatabase(), clock, true, Visibility.PUBLIC, parts -> List.of());
  }

  AnalysisApi(
      DatabaseConfig database,
      Clock clock,
      boolean isRoleNeeded,
      Visibility visibility,
      Function<Api.Resources, List<Routes>> more) {
    board = new AnalysisBoard(Settings.defaults(AnalysisConfig.class));
    api =
        new Api(
            database,
            Settings.of(
                HttpConfig.class, "http-max-line=1024", "http-batch=50", "http-max-rejections=3"),
            parts -> {
              var context =
                  parts
                      .board()
                      .clock(clock)
                      .visibility(visibility)
                      .ingest(new IngestService(parts.config(), isRoleNeeded));
              return Stream.of(new AnalysisModule().routes(context), more.apply(parts))
                  .flatMap(List::stream)
                  .toList();
            });
  }

  Board board() {
    return board;
  }

  Answer post(String path, String json) {
    return api.call("POST", path).as(WRITER).json(json).now();
  }

  Answer patch(String path, String json) {
    return api.call("PATCH", path).as(WRITER).json(json).now();
  }

  Answer put(String path, String json) {
    return api.call("PUT", path).as(WRITER).json(json).now();
  }

  Answer delete(String path) {
    return api.call("DELETE", path).as(WRITER).now();
  }

  /** As one who writes. */
  Answer read(String path, String as) {
    return api.call("GET", path).as(as).now();
  }

  Answer get(String path) {
    return api.call("GET", path).now();
  }

  /** Posts a topic whose id is its name. */
  void topic(String name) {
    var answer = post("/api/v1/topics", "{\"id\":\"%1$s\",\"name\":\"%1$s\"}".formatted(name));
    if (answer.status() != 201) throw new AssertionError(answer.text());
  }

  /** Posts messages, one per line. */
  JsonNode messages(String lines) {
    var answer =
        api.call("POST", "/api/v1/messages")
            .as(WRITER)
            .body("application/x-ndjson", Buffer.buffer(lines))
            .now();
    if (answer.status() != 200) throw new AssertionError(answer.text());
    return answer.json();
  }

  /** Posts one message that must be new. */
  void message(String json) {
    var answer = post("/api/v1/messages", json);
    if (answer.status() != 201) throw new AssertionError(answer.text());
  }

  /** Folds new facts and reads the metrics. */
  JsonNode numbers(Instant now) {
    return read(inFold(tx -> steps(tx, false).compose(folded -> board.snapshot(tx, now))).text());
  }

  /** Folds new facts as a node does, and reads the metrics. */
  JsonNode folded(Instant now) {
    return read(inFold(tx -> steps(tx, false).compose(done -> board.afterFold(tx, now))).text());
  }

  /** The metrics of a range. */
  JsonNode range(Instant from, Instant to) {
    var reader = board.ranges().orElseThrow().reader();
    return read(Api.await(reader.read(api.parts().pool(), from, to)).text());
  }

  /** Starts the last step of a fold, which another one may run at the same time. */
  Future<Void> afterFold(Instant now) {
    return api.parts().pool().withTransaction(tx -> board.afterFold(tx, now).mapEmpty());
  }

  /** Empties the rollups, folds all facts and reads the metrics. */
  JsonNode recomputed(Instant now) {
    return read(inFold(tx -> steps(tx, true).compose(folded -> board.snapshot(tx, now))).text());
  }

  Optional<Instant> nextTick(Instant now) {
    return inFold(tx -> steps(tx, false).compose(folded -> board.nextChange(tx, now)));
  }

  private <T> T inFold(Function<SqlConnection, Future<T>> work) {
    var connection = Api.await(api.parts().pool().getConnection());
    try {
      Api.await(connection.query("BEGIN ISOLATION LEVEL REPEATABLE READ").execute());
      T result = Api.await(work.apply(connection));
      Api.await(connection.query("COMMIT").execute());
      return result;
    } finally {
      Api.await(connection.close());
    }
  }

  private Future<Void> steps(SqlConnection tx, boolean anew) {
    if (anew) watermark = NOTHING_SEEN;
    String seen = watermark;
    Future<?> step = tx.query("SET LOCAL enable_seqscan = off").execute();
    if (anew) {
      for (String rollup : board.rollups()) {
        step = step.compose(done -> tx.query("DELETE FROM " + rollup).execute());
      }
    }
    for (String sql : board.fold()) {
      step = step.compose(done -> tx.preparedQuery(sql).execute(Tuple.of(seen)));
    }
    return step.compose(done -> tx.query("SELECT pg_current_snapshot()::text").execute())
        .map(
            rows -> {
              watermark = rows.iterator().next().getString(0);
              return null;
            });
  }

  static JsonNode read(String json) {
    try {
      return Json.MAPPER.readTree(json);
    } catch (java.io.IOException broken) {
      throw new AssertionError(json, broken);
    }
  }

  @Override
  public void close() {
    api.close();
  }
}
