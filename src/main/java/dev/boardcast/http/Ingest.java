package dev.boardcast.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Json;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/**
 * The ingest path of one kind of fact: a JSON object, a JSON array, or NDJSON of any length.
 *
 * <ul>
 *   <li>One object: 201 with counts, 200 when it was a duplicate, 400 naming the field.
 *   <li>A batch: 200 with counts; good lines are kept, bad ones named. An answer other than 200
 *       means the rest was not read; a retry is harmless for facts with an {@code event_id}.
 * </ul>
 *
 * @param <T> the fact, a record with validation annotations
 */
public final class Ingest<T> implements Handler<RoutingContext> {
  /** Writes facts in one transaction. */
  @FunctionalInterface
  public interface Sink<T> {
    /**
     * @return for each fact, in order, whether it is new; completes after commit
     */
    Future<List<Boolean>> store(List<T> facts);
  }

  private final HttpConfig config;
  private final Class<T> type;
  private final Sink<T> sink;

  public Ingest(HttpConfig config, Class<T> type, Sink<T> sink) {
    this.config = config;
    this.type = type;
    this.sink = sink;
  }

  /** Whether the body is to be streamed rather than read whole. */
  static boolean isStreamed(RoutingContext context) {
    String type = context.request().getHeader("Content-Type");
    return type != null && type.regionMatches(true, 0, "application/x-ndjson", 0, 20);
  }

  @Override
  public void handle(RoutingContext context) {
    if (isStreamed(context)) {
      var result = new BatchResult(config.maxRejections());
      new IngestStream<>(config, type, sink, result)
          .consume(context.request())
          .onSuccess(done -> Answer.json(context, 200, result.summary()))
          .onFailure(context::fail);
      return;
    }
    byte[] body =
        context.body().buffer() == null ? new byte[0] : context.body().buffer().getBytes();
    if (isArray(body)) {
      Body.requireJson(context);
      array(context, body);
    } else {
      single(context, Body.read(context, type));
    }
  }

  private void single(RoutingContext context, T fact) {
    var result = new BatchResult(0);
    sink.store(List.of(fact))
        .onSuccess(
            isNew -> {
              result.stored(isNew);
              Answer.json(context, result.accepted() > 0 ? 201 : 200, result.summary());
            })
        .onFailure(context::fail);
  }

  private void array(RoutingContext context, byte[] body) {
    JsonNode items = Body.parse(body, Json.MAPPER.readerFor(JsonNode.class));
    var result = new BatchResult(config.maxRejections());
    List<T> facts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      try {
        facts.add(Body.decode(items.get(i).toString().getBytes(UTF_8), type));
      } catch (Problem problem) {
        result.reject(i + 1L, problem);
      }
    }
    inChunks(facts, 0, result)
        .onSuccess(done -> Answer.json(context, 200, result.summary()))
        .onFailure(context::fail);
  }

  private Future<Void> inChunks(List<T> facts, int from, BatchResult result) {
    if (from >= facts.size()) return Future.succeededFuture();
    int to = Math.min(from + config.batch(), facts.size());
    return sink.store(facts.subList(from, to))
        .compose(
            isNew -> {
              result.stored(isNew);
              return inChunks(facts, to, result);
            });
  }

  private static boolean isArray(byte[] body) {
    for (byte b : body) {
      if (b == ' ' || b == '\t' || b == '\r' || b == '\n') continue;
      return b == '[';
    }
    return false;
  }
}
