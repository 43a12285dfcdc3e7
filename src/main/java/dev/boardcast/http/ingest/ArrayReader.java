package dev.boardcast.http.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.http.ingest.IngestService.Numbered;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the facts of one JSON array, and gives the event loop back after some milliseconds of
 * reading. Holds the array and its valid facts. Confined to the request's event loop.
 */
final class ArrayReader<T> {
  private static final int TOKENS_AT_ONCE = 1_000;

  private final RoutingContext context;
  private final HttpConfig config;
  private final Class<T> type;
  private final BatchResult result;
  private final List<Numbered<T>> facts = new ArrayList<>();
  private final Promise<List<Numbered<T>>> done = Promise.promise();
  private final LoopTime loop = LoopTime.ofThread();
  // A number, text or literal where an object belongs is wrong whatever its value is.
  private final Map<JsonToken, Problem> wrongTypes = new EnumMap<>(JsonToken.class);
  private byte[] json;
  private JsonParser parser;
  private long position;
  // The item that is being read: how deep the parser is in it, and where it began.
  private JsonToken item;
  private int depth;
  private long start;

  ArrayReader(RoutingContext context, HttpConfig config, Class<T> type, BatchResult result) {
    this.context = context;
    this.config = config;
    this.type = type;
    this.result = result;
  }

  /**
   * Reads the body of the request.
   *
   * @return the valid facts; the others were counted as rejected. Fails with a {@link Problem} when
   *     the body is not JSON
   * @throws Problem when the body does not begin as a JSON array
   */
  Future<List<Numbered<T>>> read() {
    json = JsonBody.text(context);
    try {
      parser = Json.MAPPER.createParser(json);
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw Problem.invalid("body", "a JSON array");
      }
    } catch (IOException notJson) {
      throw JsonBody.notReadable(notJson);
    }
    readItems();
    return done.future();
  }

  private void readItems() {
    loop.enter();
    try {
      while (!loop.isSpent()) {
        if (depth == 0 && !begin(parser.nextToken())) return;
        if (depth > 0) skip();
        if (depth == 0) finishItem();
      }
    } catch (IOException notJson) {
      done.tryFail(JsonBody.notReadable(notJson));
      return;
    } finally {
      loop.leave();
    }
    context
        .vertx()
        .setTimer(
            LoopTime.PAUSE_MILLIS,
            passed -> {
              if (context.response().closed()) done.fail(Problem.unavailable("client left", 1));
              else readItems();
            });
  }

  /** Begins the next item; false when there is none. */
  private boolean begin(JsonToken token) throws IOException {
    if (token == JsonToken.END_ARRAY) {
      if (parser.nextToken() == null) done.complete(facts);
      else done.fail(Problem.invalid("body", "nothing after the JSON array"));
      return false;
    }
    position++;
    item = token;
    start = parser.currentTokenLocation().getByteOffset();
    if (token.isStructStart()) depth = 1;
    return true;
  }

  /** Goes on to the end of an object or array, as far as the time allows. */
  private void skip() throws IOException {
    for (int tokens = 0; depth > 0 && tokens < TOKENS_AT_ONCE; tokens++) {
      JsonToken token = parser.nextToken();
      if (token.isStructStart()) depth++;
      else if (token.isStructEnd()) depth--;
    }
  }

  private void finishItem() throws IOException {
    Problem known = wrongTypes.get(item);
    if (known != null) {
      result.reject(position, known);
      return;
    }
    // Reads the whole of a text, whose end is its last byte.
    parser.finishToken();
    long end = parser.currentLocation().getByteOffset();
    if (end - start > config.maxLine()) {
      result.reject(
          position, Problem.invalid("body", "at most " + config.maxLine() + " bytes in one item"));
      return;
    }
    byte[] bytes = Arrays.copyOfRange(json, (int) start, (int) end);
    try {
      facts.add(new Numbered<>(position, JsonBody.decode(bytes, type)));
    } catch (Problem problem) {
      if (item.isScalarValue() && type.isRecord()) wrongTypes.put(item, problem);
      result.reject(position, problem);
    }
  }
}
