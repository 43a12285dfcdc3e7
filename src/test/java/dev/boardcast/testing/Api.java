package dev.boardcast.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.events.Outbox;
import dev.boardcast.http.ApiRouter;
import dev.boardcast.http.HttpApiVerticle;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.Routes;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A running HTTP API with given routes on a fresh database, and a client of it. Tokens are {@link
 * TextTokens}. Calls block, except {@link Call#start}.
 */
public final class Api implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Resources parts;
  private final WebClient client;
  private final int port;

  /** What routes are created from. */
  public record Resources(Vertx vertx, Pool pool, TypedBus bus, Outbox outbox, HttpConfig config) {
    /** The services for boards. */
    public TestBoardContext board() {
      return new TestBoardContext(vertx, pool, bus, config);
    }
  }

  /** A response with its whole body. */
  public record Answer(int status, MultiMap headers, Buffer body) {
    public String text() {
      return body.toString();
    }

    public JsonNode json() {
      try {
        return Json.MAPPER.readTree(text());
      } catch (JsonProcessingException cause) {
        throw new AssertionError("no JSON: " + text(), cause);
      }
    }

    public String header(String name) {
      return headers.get(name);
    }

    /** The fields a problem names, comma separated. */
    public String fields() {
      var names = new ArrayList<String>();
      json().path("errors").forEach(error -> names.add(error.path("field").asText()));
      return String.join(",", names);
    }
  }

  /** A request to build and send. */
  public final class Call {
    private final HttpMethod method;
    private final String path;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private Buffer body = Buffer.buffer();

    private Call(HttpMethod method, String path) {
      this.method = method;
      this.path = path;
    }

    public Call as(String token) {
      return with("Authorization", "Bearer " + token);
    }

    public Call with(String header, String value) {
      headers.add(header, value);
      return this;
    }

    public Call without(String header) {
      headers.remove(header);
      return this;
    }

    public Call json(String text) {
      return body("application/json", Buffer.buffer(text));
    }

    public Call body(String contentType, Buffer bytes) {
      if (contentType != null) headers.set("Content-Type", contentType);
      body = bytes;
      return this;
    }

    public Future<Answer> start() {
      var request = client.request(method, port, "127.0.0.1", path);
      request.putHeaders(headers);
      return request.sendBuffer(body).map(Api::answer);
    }

    public Answer now() {
      return await(start());
    }
  }

  public Api(Function<Resources, List<Routes>> routes) {
    this(HttpConfig.DEFAULTS, routes);
  }

  public Api(HttpConfig config, Function<Resources, List<Routes>> routes) {
    this(Services.get().freshDatabase(), config, routes);
  }

  /**
   * @param database migrated
   */
  public Api(DatabaseConfig database, HttpConfig config, Function<Resources, List<Routes>> routes) {
    var pool = Pools.pool(vertx, database);
    var bus = new TypedBus(vertx);
    parts = new Resources(vertx, pool, bus, new Outbox(vertx, bus), config);
    var verticle =
        new HttpApiVerticle(
            "127.0.0.1",
            0,
            config,
            new ApiRouter(config, new TextTokens(), List.of(), routes.apply(parts)));
    await(vertx.deployVerticle(verticle));
    port = verticle.port();
    client = WebClient.create(vertx);
  }

  public Call call(String method, String path) {
    return new Call(HttpMethod.valueOf(method), path);
  }

  public Resources parts() {
    return parts;
  }

  public int port() {
    return port;
  }

  /** Rows of a query without parameters. */
  public List<Row> rows(String sql) {
    var rows = new ArrayList<Row>();
    await(parts.pool().query(sql).execute()).forEach(rows::add);
    return rows;
  }

  /** The first column of the first row. */
  public long count(String sql) {
    return rows(sql).get(0).getLong(0);
  }

  public static <T> T await(Future<T> future) {
    try {
      return future.await(20, TimeUnit.SECONDS);
    } catch (TimeoutException cause) {
      throw new AssertionError("not within 20 s", cause);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static Answer answer(HttpResponse<Buffer> response) {
    Buffer body = response.body() == null ? Buffer.buffer() : response.body();
    return new Answer(response.statusCode(), response.headers(), body);
  }
}
