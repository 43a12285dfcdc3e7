package dev.boardcast.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.bus.Offset;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.Lease;
import dev.boardcast.database.Leases;
import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.spi.NewEvent;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.TeamMemberships;
import dev.boardcast.spi.Visibility;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.SettableClock;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parameter {@code poll} of reads of a stream. */
@Timeout(60)
class StreamPollIT {
  private static final String NEWS = "/api/v1/streams/news/events";
  private static final Duration TURN = Duration.ofSeconds(10);

  private final SettableClock clock = new SettableClock(Instant.now());
  private final AtomicReference<Optional<Problem>> lost = new AtomicReference<>(Optional.empty());
  private StreamWaits waits;
  private EventLog log;
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
    waits = new StreamWaits(parts.vertx(), new EventLog(parts.pool()));
    log = new EventLog(parts.pool());
    var access =
        new StreamAccess(
            TeamMemberships.OF_TOKEN,
            Set.of(),
            Set.of(),
            StreamPolicy.of(Map.of("secret", Visibility.AUTHENTICATED)));
    return List.of(
        new StreamReadRoutes(
            log, access, waits, ClientLimits.defaults(), clock, TURN, context -> lost.get()));
  }

  @Test
  void readersFromDifferentOffsetsReadTheSameFullPagesWhichNeverChange() {
    append("news", 600);
    String epoch = Api.await(log.heads()).get(Shards.of("news")).epoch();
    Set<String> first = pages(epoch + ":0");
    Set<String> second = pages(epoch + ":7");
    Set<String> third = pages(epoch + ":311");

    var shared = new HashSet<>(first);
    shared.retainAll(second);
    // All but the first page of the second reader.
    assertEquals(second.size() - 1, shared.size());
    shared.retainAll(third);
    assertEquals(third.size() - 1, shared.size());

    append("news", 50);
    assertTrue(pages(epoch + ":0").containsAll(first));
  }

  @Test
  void aFullPageIsImmutableAndTheLastOneIsKeptForAMoment() {
    append("news", 600);
    String epoch = Api.await(log.heads()).get(Shards.of("news")).epoch();
    var full = api.call("GET", NEWS + "?poll=now&after=" + epoch + ":0").now();
    assertEquals("now", full.json().get("poll").asText());
    assertEquals("public, max-age=60, immutable", full.header("Cache-Control"));
    clock.advance(Duration.ofSeconds(90));
    var settled = api.call("GET", NEWS + "?poll=now&after=" + epoch + ":0").now();
    assertEquals("public, max-age=86400, immutable", settled.header("Cache-Control"));
    assertEquals(full.text(), settled.text());

    var last = api.call("GET", NEWS + "?poll=now&after=" + epoch + ":599").now();
    assertEquals(
        CutPoints.isCut(600) ? "now" : PollTurn.after(false, clock.instant()),
        last.json().get("poll").asText());
    var none = api.call("GET", NEWS + "?poll=now&after=" + epoch + ":600").now();
    assertEquals("public, max-age=1, stale-while-revalidate=1", none.header("Cache-Control"));
    assertNotEquals("now", none.json().get("poll").asText());
    assertEquals(0, none.json().get("events").size());
  }

  @Test
  void whoWaitsIsAnsweredByAnEventOfTheStreamAndByNoOther() {
    append("news", 1);
    String poll = poll(NEWS);
    Future<Api.Answer> answer = api.call("GET", poll).start();
    Awaitility.await().until(() -> waits.count() == 1);
    int shard = Shards.of("news");
    String other =
        IntStream.range(0, 1000)
            .mapToObj(i -> "other-" + i)
            .filter(name -> Shards.of(name) == shard)
            .findFirst()
            .orElseThrow();
    append(other, 1);
    beat();
    assertEquals(1, waits.count());
    append("news", 1);
    beatUntil(() -> waits.count() == 0);
    JsonNode page = Api.await(answer).json();
    assertEquals(1, page.get("events").size());
    assertEquals(page.at("/events/0/offset"), page.get("next"));
  }

  @Test
  void whenTheTurnIsOverThePageIsEmptyAndTheNextTurnBegins() {
    append("news", 1);
    String poll = poll(NEWS);
    clock.advance(TURN.minusMillis(1500));
    JsonNode page = Api.await(api.call("GET", poll).start()).json();
    assertEquals(0, page.get("events").size());
    assertFalse(poll.endsWith("=" + page.get("poll").asText()));
    // Who sends it later does not wait.
    clock.advance(TURN);
    assertEquals(0, api.call("GET", poll).now().json().get("events").size());
    assertEquals(0, waits.count());
  }

  @Test
  void whoMayNoLongerActIsNotAnswered() {
    append("secret", 1);
    String poll = poll("/api/v1/streams/secret/events");
    Future<Api.Answer> answer = api.call("GET", poll).as("ann").start();
    Awaitility.await().until(() -> waits.count() == 1);
    lost.set(Optional.of(Problem.revoked("revoked")));
    append("secret", 1);
    beatUntil(() -> waits.count() == 0);
    assertEquals(401, Api.await(answer).status());
  }

  @Test
  void aNodeThatStopsAnswersWhoWaits() {
    append("news", 1);
    Future<Api.Answer> answer = api.call("GET", poll(NEWS)).start();
    Awaitility.await().until(() -> waits.count() == 1);
    waits.close();
    assertEquals(0, Api.await(answer).json().get("events").size());
    assertEquals(0, api.call("GET", poll(NEWS)).now().json().get("events").size());
  }

  @Test
  void oneClientCannotTakeAllWaits() {
    var at = new Offset("e", 0);
    var begun = new ArrayList<StreamWaits.Wait>();
    for (int i = 0; i < 1_000; i++) begun.add(waits.begin(Set.of("news"), at, TURN, "ann"));
    assertTrue(waits.begin(Set.of("news"), at, TURN, "ann").future().failed());
    assertFalse(waits.begin(Set.of("news"), at, TURN, "bob").future().failed());
    begun.get(0).end();
    begun.get(0).end();
    assertEquals(1_000, waits.count());
    assertFalse(waits.begin(Set.of("news"), at, TURN, "ann").future().failed());
  }

  @Test
  void whoHasGoneDoesNotWait() {
    append("news", 1);
    var client = api.parts().vertx().createHttpClient();
    String poll = poll(NEWS);
    var request = Api.await(client.request(HttpMethod.GET, api.port(), "127.0.0.1", poll));
    request.send();
    Awaitility.await().until(() -> waits.count() == 1);
    request.reset();
    Awaitility.await().until(() -> waits.count() == 0);
  }

  @ParameterizedTest
  @CsvSource({
    "poll=NOW,poll",
    "poll=,poll",
    "poll=now&limit=5,limit",
    "poll=now&before=end,before"
  })
  void badParametersAreNamed(String query, String field) {
    var answer = api.call("GET", NEWS + "?" + query).now();
    assertEquals(400, answer.status());
    assertEquals(field, answer.fields());
  }

  /** The pages from an offset to the last full one, each with its offset. */
  private Set<String> pages(String offset) {
    var pages = new HashSet<String>();
    String after = offset;
    while (true) {
      JsonNode page = api.call("GET", NEWS + "?poll=now&after=" + after).now().json();
      if (!page.get("poll").asText().equals("now")) return pages;
      pages.add(after + page);
      after = page.get("next").asText();
    }
  }

  /** The request of a poller that has all events. */
  private String poll(String path) {
    JsonNode last = api.call("GET", path + "?before=end&limit=1").as("ann").now().json();
    String next = last.get("next").asText();
    return path + "?after=" + next + "&poll=" + PollTurn.after(false, clock.instant());
  }

  private void append(String stream, int count) {
    List<NewEvent> events =
        IntStream.range(0, count)
            .mapToObj(
                n ->
                    new NewEvent(
                        UUID.randomUUID(),
                        "t",
                        List.of(stream),
                        RawJson.of("{\"n\":" + n + "}"),
                        Clock.systemUTC().instant()))
            .toList();
    var pool = api.parts().pool();
    Api.await(api.parts().outbox().append(pool, events));
    int shard = Shards.of(stream);
    var lease = new Lease("emitter." + shard, "test", Duration.ofSeconds(30));
    long token = Api.await(Leases.acquire(lease, pool)).getAsLong();
    Api.await(new OutboxDrain(pool, lease, shard, 1000).run(token, 0));
  }

  private void beatUntil(Callable<Boolean> condition) {
    Awaitility.await()
        .until(
            () -> {
              beat();
              return condition.call();
            });
  }

  private void beat() {
    var shards =
        Api.await(log.heads()).stream()
            .map(
                head ->
                    new Heartbeat.Shard(
                        head.shard(), head.epoch(), head.head(), OptionalDouble.empty()))
            .toList();
    waits.onHeartbeat(new Heartbeat(System.nanoTime(), shards, Map.of()));
  }
}
