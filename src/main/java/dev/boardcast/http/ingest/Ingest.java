package dev.boardcast.http.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
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

  /** A sink that may refuse single facts and keep the others. */
  @FunctionalInterface
  public interface Judge<T> {
    /**
     * @return for each fact, in order, what became of it
     */
    Future<List<Outcome>> store(List<T> facts);
  }

  /**
   * What became of a fact.
   *
   * @param problem why it was refused, null when it was not
   */
  public record Outcome(boolean isNew, Problem problem) {
    public static final Outcome NEW = new Outcome(true, null);
    public static final Outcome DUPLICATE = new Outcome(false, null);

    public static Outcome rejected(Problem problem) {
      return new Outcome(false, problem);
    }
  }

  /** A fact and where it stood: its line, or its place in the array, from 1. */
  record Numbered<T>(long line, T fact) {}

  private final HttpConfig config;
  private final Class<T> type;
  private final Judge<T> judge;

  public Ingest(HttpConfig config, Class<T> type, Sink<T> sink) {
    this(
        config,
        type,
        (Judge<T>)
            facts ->
                sink.store(facts)
                    .map(
                        isNew ->
                            isNew.stream()
                                .map(fresh -> fresh ? Outcome.NEW : Outcome.DUPLICATE)
                                .toList()));
  }

  private Ingest(HttpConfig config, Class<T> type, Judge<T> judge) {
    this.config = config;
    this.type = type;
    this.judge = judge;
  }

  /** An ingest path whose facts may be refused one by one. */
  public static <T> Ingest<T> judged(HttpConfig config, Class<T> type, Judge<T> judge) {
    return new Ingest<>(config, type, judge);
  }

  /** Whether the body is to be streamed rather than read whole. */
  public static boolean isStreamed(RoutingContext context) {
    return JsonBody.mediaType(context).filter("application/x-ndjson"::equals).isPresent();
  }

  /** Whether the request carries several facts: NDJSON or an array. */
  public static boolean isBatch(RoutingContext context) {
    return isStreamed(context) || isArray(body(context));
  }

  @Override
  public void handle(RoutingContext context) {
    String coding = context.request().getHeader("Content-Encoding");
    if (coding != null && !coding.equalsIgnoreCase("identity")) {
      throw Problem.of(415, "Unsupported media type", "expected no content encoding");
    }
    if (isStreamed(context)) {
      var result = new BatchResult(config.maxRejections());
      new NdjsonIngest<>(config, type, judge, result)
          .consume(context.request())
          .onSuccess(done -> JsonResponse.json(context, 200, result.summary()))
          .onFailure(context::fail);
    } else if (isArray(body(context))) {
      array(context)
          .onSuccess(summary -> JsonResponse.json(context, 200, summary))
          .onFailure(context::fail);
    } else {
      single(context, JsonBody.read(context, type));
    }
  }

  private void single(RoutingContext context, T fact) {
    judge
        .store(List.of(fact))
        .onSuccess(
            outcomes -> {
              var outcome = outcomes.get(0);
              if (outcome.problem() != null) {
                context.fail(outcome.problem());
                return;
              }
              var result = new BatchResult(0);
              result.add(1, outcome);
              JsonResponse.json(context, outcome.isNew() ? 201 : 200, result.summary());
            })
        .onFailure(context::fail);
  }

  /**
   * Stores the array that is the request's body, chunk by chunk.
   *
   * @return the counts; fails when a chunk could not be stored, and then leaves out the rest
   * @throws Problem 400 or 415 when the body is no JSON
   */
  public Future<BatchResult.Summary> array(RoutingContext context) {
    JsonBody.requireJson(context);
    JsonNode items = JsonBody.parse(body(context), Json.MAPPER.readerFor(JsonNode.class));
    var result = new BatchResult(config.maxRejections());
    List<Numbered<T>> facts = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      try {
        facts.add(new Numbered<>(i + 1L, JsonBody.decode(items.get(i), type)));
      } catch (Problem problem) {
        result.reject(i + 1L, problem);
      }
    }
    return inChunks(facts, 0, result).map(done -> result.summary());
  }

  private Future<Void> inChunks(List<Numbered<T>> facts, int from, BatchResult result) {
    if (from >= facts.size()) return Future.succeededFuture();
    int to = Math.min(from + config.batch(), facts.size());
    return store(judge, facts.subList(from, to), result)
        .compose(done -> inChunks(facts, to, result));
  }

  /** Stores one chunk and counts what became of it. */
  static <T> Future<Void> store(Judge<T> judge, List<Numbered<T>> chunk, BatchResult result) {
    // Also a judge that throws must answer: whoever streams waits for it.
    return Future.succeededFuture(chunk.stream().map(Numbered::fact).toList())
        .compose(judge::store)
        .map(
            outcomes -> {
              for (int i = 0; i < chunk.size(); i++) {
                result.add(chunk.get(i).line(), outcomes.get(i));
              }
              return null;
            });
  }

  private static byte[] body(RoutingContext context) {
    var body = context.body().buffer();
    return body == null ? new byte[0] : body.getBytes();
  }

  private static boolean isArray(byte[] body) {
    for (byte b : body) {
      if (b == ' ' || b == '\t' || b == '\r' || b == '\n') continue;
      return b == '[';
    }
    return false;
  }
}
