package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.SettableClock;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class StreamRoutesIT {
  private static final String AGENTS = "/api/v1/streams/agents/events";
  private static final String SHORT = "public, max-age=1, stale-while-revalidate=1";
  private static final String BOT = "bot;;publish";

  private final SettableClock clock = new SettableClock(Instant.now());
  private Api api;

  @BeforeEach
  void start() {
    api = new Api(this::routes);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private List<Routes> routes(Api.Resources parts) {
    var access =
        new StreamAccess(
            TeamMemberships.OF_TOKEN,
            Set.of("routing", "tasks", "alerts"),
            Set.of("routing"),
            StreamPolicy.of(Map.of("secret", Visibility.parse("role:spy"))));
    return List.of(
        new StreamRoutes(
            parts.board().ingest(),
            new PublishedEvents(parts.pool(), parts.outbox()),
            access,
            ClientLimits.defaults(),
            new EphemeralPublisher(parts.vertx(), parts.bus()),
            Set.of("pong", "task_created")),
        new StreamReadRoutes(
            new EventLog(parts.pool()),
            access,
            new StreamWaits(parts.vertx(), new EventLog(parts.pool())),
            ClientLimits.defaults(),
            clock,
            Duration.ofSeconds(2),
            context -> Optional.empty()));
  }

  @Test
  void publishedEventsAreReadInOrderPageByPage() {
    for (int i = 1; i <= 5; i++) {
      var answer =
          publish("{\"type\":\"agent.moved\",\"data\":{\"n\":%d,\"x\":1.50}}".formatted(i));
      assertEquals(201, answer.status());
      assertEquals(1, answer.json().get("accepted").asInt());
    }
    drain();

    var first = read("?limit=3", "eve");
    var second = read("?limit=3&after=" + first.get("next").asText(), "eve");
    var third = read("?limit=3&after=" + second.get("next").asText(), "eve");

    assertEquals(List.of("1", "2", "3"), numbers(first));
    assertEquals(List.of("4", "5"), numbers(second));
    assertEquals(List.of(), numbers(third));
    assertEquals(second.get("next"), third.get("next"));
    assertTrue(third.get("recovered").asBoolean());
    var event = first.get("events").get(0);
    assertEquals("agent.moved", event.get("type").asText());
    assertEquals("agents", event.get("topic").asText());
    var asItCame = api.call("GET", AGENTS).as("eve").now().text();
    assertTrue(asItCame.contains("\"data\":{\"n\":1,\"x\":1.50}"), asItCame);
    assertTrue(event.get("timestamp").asText().endsWith("Z"));
    assertEquals(
        List.of("2"), numbers(read("?limit=1&after=" + event.get("offset").asText(), "eve")));
  }

  @Test
  void aFullPageIsImmutableAndThePageAtTheHeadIsKeptForAMoment() {
    IntStream.range(0, 5).forEach(i -> publish("{\"type\":\"t\",\"data\":{\"n\":" + i + "}}"));
    drain();
    var first = api.call("GET", AGENTS + "?limit=2").now();
    assertEquals(SHORT, first.header("Cache-Control"), "it may be deleted");
    String after = "&after=" + first.json().get("next").asText();

    var full = api.call("GET", AGENTS + "?limit=2" + after).now();
    assertEquals("public, max-age=60, immutable", full.header("Cache-Control"));
    clock.set(Instant.now().plusSeconds(70));
    var settled = api.call("GET", AGENTS + "?limit=2" + after).now();
    assertEquals("public, max-age=86400, immutable", settled.header("Cache-Control"));
    publish("{\"type\":\"t\",\"data\":{\"n\":5}}");
    drain();
    assertEquals(full.text(), api.call("GET", AGENTS + "?limit=2" + after).now().text());

    String head = AGENTS + "?limit=9" + after;
    var last = api.call("GET", head).now();
    assertEquals(SHORT, last.header("Cache-Control"));
    String etag = last.header("ETag");
    assertEquals(304, api.call("GET", head).with("If-None-Match", etag).now().status());
    publish("{\"type\":\"t\",\"data\":{\"n\":6}}");
    drain();
    assertEquals(200, api.call("GET", head).with("If-None-Match", etag).now().status());

    var secret = api.call("GET", "/api/v1/streams/secret/events").as("james;;spy").now();
    assertEquals("no-store", secret.header("Cache-Control"));
    assertEquals("Authorization", secret.header("Vary"));
  }

  @Test
  void theTasksStreamOfAUserHasEachEventOnce() {
    for (int n = 1; n <= 6; n++) {
      List<String> streams =
          n % 3 == 0
              ? List.of("user.ann", "team.red")
              : List.of(n % 3 == 1 ? "team.blue" : "user.bob");
      var event =
          new NewEvent(
              UUID.randomUUID(), "t", streams, RawJson.of("{\"n\":" + n + "}"), Instant.now());
      Api.await(api.parts().outbox().append(api.parts().pool(), List.of(event)));
    }
    drain();
    String tasks = "/api/v1/streams/tasks/events";
    var all = api.call("GET", tasks).as("ann;red,blue").now();
    assertEquals(List.of("1", "3", "4", "6"), numbers(all.json()));
    assertEquals("tasks", all.json().at("/events/0/topic").asText());
    var page = api.call("GET", tasks + "?limit=2").as("ann;red,blue").now().json();
    assertEquals(List.of("1", "3"), numbers(page));
    var next =
        api.call("GET", tasks + "?limit=2&after=" + page.get("next").asText())
            .as("ann;red,blue")
            .now();
    assertEquals(List.of("4", "6"), numbers(next.json()));
    assertEquals("no-store", next.header("Cache-Control"));
  }

  @Test
  void aLostOffsetIsReportedAndContinuesAtTheHead() {
    IntStream.range(0, 4).forEach(i -> publish("{\"type\":\"t\",\"data\":{\"n\":" + i + "}}"));
    drain();
    String first = read("?limit=1", "eve").get("next").asText();
    String head = read("", "eve").get("next").asText();
    api.rows("DELETE FROM event_log WHERE sequence <= 2");
    api.rows("DELETE FROM event_stream WHERE sequence <= 2");

    for (String place : List.of(first, "other:1", head.replaceFirst(":.*", ":99"))) {
      var page = read("?after=" + place, "eve");
      assertFalse(page.get("recovered").asBoolean(), place);
      assertEquals(0, page.get("events").size());
      assertEquals(head, page.get("next").asText());
    }
    var kept = read("?after=" + head.replaceFirst(":.*", ":2"), "eve");
    assertTrue(kept.get("recovered").asBoolean());
    assertEquals(List.of("2", "3"), numbers(kept));
  }

  @Test
  void anEventIdIsStoredOncePerStreamUnderConcurrentRequests() {
    String json =
        "{\"type\":\"t\",\"data\":{\"n\":1},\"event_id\":\"%s\"}".formatted(UUID.randomUUID());

    var calls =
        IntStream.range(0, 8)
            .mapToObj(i -> api.call("POST", AGENTS).as(BOT).json(json).start())
            .toList();
    Api.await(Future.join(calls));
    var elsewhere = api.call("POST", "/api/v1/streams/providers/events").as(BOT).json(json).now();

    var statuses = calls.stream().map(call -> call.result().status()).sorted().toList();
    assertEquals(List.of(200, 200, 200, 200, 200, 200, 200, 201), statuses);
    assertEquals(201, elsewhere.status());
    assertEquals(2, api.count("SELECT count(*) FROM outbox"));
  }

  @Test
  void anEventIdIsAnyTextOf128Characters() {
    for (String id : List.of("d-1", "x", "é".repeat(128), "😀".repeat(128), "a b/c?")) {
      String json = "{\"type\":\"t\",\"data\":{},\"event_id\":\"" + id + "\"}";
      assertEquals(201, publish(json).status(), id);
      assertEquals(200, publish(json).status(), id);
    }
    for (String id : List.of("", "x".repeat(129), "a\\nb", "\\u0000", "\\u0085", "\\ud83d")) {
      var answer = publish("{\"type\":\"t\",\"data\":{},\"event_id\":\"" + id + "\"}");
      assertEquals(400, answer.status(), id);
      assertEquals("event_id", answer.fields(), id);
    }
    assertEquals(5, api.count("SELECT count(*) FROM outbox"));
  }

  @Test
  void ndjsonLinesAreCountedAndARepeatedFileChangesNothing() {
    String id = UUID.randomUUID().toString();
    String lines =
        """
        {"type":"a","data":{},"event_id":"%1$s"}
        {"type":"b","data":[]}
        {"type":"c","data":{},"event_id":"%1$s"}
        {"data":{}}
        {"type":"d","data":{"deep":{"x":"é"}},"event_id":"%2$s"}
        """
            .formatted(id, UUID.randomUUID());

    var first = lines(lines);
    var again = lines(lines);

    assertEquals(
        "{\"accepted\":2,\"duplicate\":1,\"rejected\":2,\"errors\":["
            + "{\"line\":2,\"field\":\"data\",\"expected\":\"a JSON object\"},"
            + "{\"line\":4,\"field\":\"type\",\"expected\":\"1 to 100 letters, digits and . _ : -, "
            + "and no type of the product's own\"}]}",
        first.text());
    assertEquals(0, again.json().get("accepted").asInt());
    assertEquals(3, again.json().get("duplicate").asInt());
    assertEquals(2, api.count("SELECT count(*) FROM outbox"));
  }

  @Test
  void anArrayIsStoredLikeNdjson() {
    var answer =
        publish("[{\"type\":\"a\",\"data\":{\"n\":[1,{}]}},{\"type\":\"b\",\"data\":\"x\"}]");

    assertEquals(200, answer.status());
    assertEquals(1, answer.json().get("accepted").asInt(), answer.text());
    assertEquals("data", answer.json().at("/errors/0/field").asText());
    assertEquals("{\"n\":[1,{}]}", api.rows("SELECT data::text FROM outbox").get(0).getString(0));
  }

  @ParameterizedTest(name = "{0} {1} as {2} -> {4}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":[]}        | 400 | data",
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":null}      | 400 | data",
        "POST | agents  | bot;;publish | {\"type\":\"t\"}                    | 400 | data",
        "POST | agents  | bot;;publish | {\"data\":{}}                       | 400 | type",
        "POST | agents  | bot;;publish | {\"type\":\"\",\"data\":{}}         | 400 | type",
        "POST | agents  | bot;;publish | {\"type\":\"pong\",\"data\":{}}     | 400 | type",
        "POST | agents  | bot;;publish | {\"type\":\"a b\",\"data\":{}}      | 400 | type",
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":{},\"event_id\":1} | 400 | event_id",
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":{},\"event_id\":\"\"} | 400 | event_id",
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":{},\"at\":1} | 400 | at",
        "POST | agents  | bot;;publish | {\"type\":\"t\",\"data\":{          | 400 | body",
        "POST | user.x  | x;;publish   | {\"type\":\"t\",\"data\":{}}        | 400 | name",
        "POST | team.x  | x;x;admin    | {\"type\":\"t\",\"data\":{}}        | 400 | name",
        "POST | routing | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 400 | name",
        "POST | a%20b   | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 400 | name",
        "GET  | a%20b   | eve          |                                     | 400 | name",
        "POST | Bugs    | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 201 | ",
        "POST | a:b     | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 201 | ",
        "POST | _m      | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 201 | ",
        "GET  | _m      | eve          |                                     | 200 | ",
        "POST | agents  | bot;;publish | {\"type\":\"task_created\",\"data\":{}} | 400 | type",
        "POST | agents  | eve          | {\"type\":\"t\",\"data\":{}}        | 403 | ",
        "POST | agents  | eve;;ingest  | {\"type\":\"t\",\"data\":{}}        | 403 | ",
        "POST | agents  |              | {\"type\":\"t\",\"data\":{}}        | 401 | ",
        "POST | agents  | bot;;admin   | {\"type\":\"t\",\"data\":{}}        | 201 | ",
        "GET  | user.x  | x            |                                     | 200 | ",
        "GET  | user.x  | y;x          |                                     | 403 | ",
        "GET  | user.x  |              |                                     | 401 | ",
        "GET  | team.x  | y;x          |                                     | 200 | ",
        "GET  | team.x  | x;y          |                                     | 403 | ",
        "GET  | agents  |              |                                     | 200 | ",
        "GET  | secret  |              |                                     | 401 | ",
        "GET  | secret  | eve          |                                     | 403 | ",
        "GET  | secret  | james;;spy   |                                     | 200 | ",
        "GET  | routing | eve          |                                     | 404 | ",
        "GET  | alerts  | eve          |                                     | 200 | ",
        "GET  | tasks   | eve;red      |                                     | 200 | ",
        "GET  | tasks   |              |                                     | 401 | ",
        "POST | alerts  | bot;;publish | {\"type\":\"t\",\"data\":{}}        | 400 | name",
      })
  void invalidRequestsGetTheirStatusAndNameTheField(
      String method, String stream, String token, String body, int status, String field) {
    var call = api.call(method, "/api/v1/streams/" + stream + "/events");
    if (token != null) call.as(token);
    if (body != null) call.json(body);

    var answer = call.now();

    assertEquals(status, answer.status(), answer.text());
    if (field != null) assertEquals(field, answer.fields());
    if (status >= 400) assertEquals(0, api.count("SELECT count(*) FROM outbox"));
  }

  @ParameterizedTest
  @CsvSource({
    "after=7,after",
    "after=a:b,after",
    "limit=0,limit",
    "limit=501,limit",
    "from=1,from"
  })
  void invalidParametersAreNamed(String query, String field) {
    var answer = api.call("GET", AGENTS + "?" + query).as("eve").now();

    assertEquals(400, answer.status());
    assertEquals(field, answer.fields());
  }

  @Test
  void anEventOfSeveralStreamsIsShownUnderTheRequestedStreamOnly() {
    var both =
        new NewEvent(
            UUID.randomUUID(),
            "task_created",
            List.of("user.ann", "team.red"),
            RawJson.of("{\"n\":1}"),
            Instant.now());
    Api.await(api.parts().outbox().append(api.parts().pool(), List.of(both)));
    drain();

    var page = api.call("GET", "/api/v1/streams/team.red/events").as("bob;red").now().json();

    assertEquals("team.red", page.get("events").get(0).get("topic").asText());
    assertFalse(page.toString().contains("user.ann"));
  }

  private Api.Answer publish(String json) {
    return api.call("POST", AGENTS).as(BOT).json(json).now();
  }

  private Api.Answer lines(String lines) {
    return api.call("POST", AGENTS)
        .as(BOT)
        .body("application/x-ndjson", Buffer.buffer(lines))
        .now();
  }

  private JsonNode read(String query, String token) {
    var answer = api.call("GET", AGENTS + query).as(token).now();
    assertEquals(200, answer.status(), answer.text());
    return answer.json();
  }

  /** Drains the outbox of every shard, as emitters do. */
  private void drain() {
    var pool = api.parts().pool();
    for (int shard = 0; shard < Shards.COUNT; shard++) {
      var lease = new Lease("emitter." + shard, "test", Duration.ofSeconds(30));
      long token = Api.await(Leases.acquire(lease, pool)).getAsLong();
      Api.await(new OutboxDrain(pool, lease, shard, 100).run(token, 0));
    }
  }

  private static List<String> numbers(JsonNode page) {
    return page.get("events").findValuesAsText("n");
  }
}
