package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.engine.ComparedWith;
import dev.boardcast.engine.SnapshotComparison;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Subscriptions to boards with a comparison, from the message of the client to what it gets. */
class ComparedSubscriptionsTest {
  private final SessionFixture fixture = new SessionFixture();
  private final RecordingTransport transport = new RecordingTransport(fixture.sent);
  private final Session session = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
  private final List<Promise<SnapshotComparison>> asked = new ArrayList<>();
  private boolean isSlow;

  ComparedSubscriptionsTest() {
    fixture.comparisons = this::compare;
  }

  private Future<SnapshotComparison> compare(Snapshot snapshot, ComparedWith with) {
    Promise<SnapshotComparison> answer = Promise.promise();
    asked.add(answer);
    if (!isSlow) answer.complete(comparison(with.text() + snapshot.version()));
    return answer.future();
  }

  private static SnapshotComparison comparison(String value) {
    var metrics = new LinkedHashMap<String, RawJson>();
    for (String path : List.of("a", "b.c", "b.d")) metrics.put(path, RawJson.encode(value));
    return new SnapshotComparison(RawJson.encode(value), metrics);
  }

  @Test
  void theComparisonComesWithTheSnapshot() {
    fixture.snapshot(1, "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}");
    subscribe(session, "{'topic':'routing','compare':'previous'}");
    assertEquals("previous1", last().path("compared").asText());
    assertEquals("previous1", last().at("/comparison/b.d").asText());
    fixture.snapshot(2, "{\"a\":2}");
    assertEquals("previous2", last().path("compared").asText());
    subscribe(session, "'routing'");
    assertTrue(last().path("comparison").isMissingNode(), "a later request replaces the option");
  }

  @Test
  void aSnapshotIsComparedOnceForAllWhoWantTheSame() {
    fixture.snapshot(1, "{\"a\":1}");
    subscribe(session, "'routing'");
    assertEquals(0, asked.size(), "nobody asks");
    for (int i = 0; i < 5; i++) {
      var other = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
      subscribe(other, "{'topic':'routing','compare':'week','interval_ms':" + i + "}");
    }
    assertEquals(1, asked.size());
    fixture.snapshot(2, "{\"a\":2}");
    assertEquals(2, asked.size());
    var views = fixture.sessions.all().subList(1, 6).stream().map(this::view).toList();
    views.forEach(view -> assertSame(views.get(0), view));
    List.copyOf(fixture.sessions.all()).forEach(each -> subscribe(each, "'routing'"));
    fixture.snapshot(3, "{\"a\":3}");
    assertEquals(2, asked.size(), "nobody asks any more");
  }

  @Test
  void chosenFieldsAreComparedAlone() {
    fixture.snapshot(1, "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}");
    subscribe(session, "{'topic':'routing','compare':'week','fields':['b.c']}");
    assertEquals("{\"b.c\":\"week1\"}", last().path("comparison").toString());
    assertEquals("{\"b\":{\"c\":2}}", last().path("data").toString());
  }

  @Test
  void aChangeCarriesTheWholeComparison() {
    String rest = ",\"b\":{\"c\":2,\"d\":3},\"m\":[1,2,3,4,5,6,7,8,9,10]}";
    fixture.snapshot(1, "{\"a\":1" + rest);
    subscribe(session, "{'topic':'routing','compare':'week','deltas':true}");
    fixture.snapshot(2, "{\"a\":2" + rest);
    assertEquals("metrics:delta", last().path("type").asText());
    assertEquals("{\"a\":2}", last().path("patch").toString());
    assertEquals(3, last().path("comparison").size());
    assertEquals("week2", last().path("compared").asText());
  }

  @Test
  void aSnapshotWaitsForItsComparison() {
    isSlow = true;
    fixture.snapshot(1, "{\"a\":1}");
    subscribe(session, "{'topic':'routing','compare':'week'}");
    assertEquals("subscribed", last().path("type").asText());
    fixture.snapshot(2, "{\"a\":2}");
    asked.get(0).complete(comparison("of an older one"));
    assertEquals("subscribed", last().path("type").asText());
    asked.get(1).complete(comparison("x"));
    assertEquals("x", last().path("compared").asText());
    assertEquals(2, last().at("/data/a").asInt());
    assertEquals(1, updates());
  }

  @Test
  void withoutAnAnswerInASecondTheSnapshotComesAlone() {
    isSlow = true;
    fixture.snapshot(1, "{\"a\":1}");
    subscribe(session, "{'topic':'routing','compare':'week'}");
    fixture.pass(AwaitedComparison.LIMIT_MILLIS - 100);
    assertEquals(0, updates());
    fixture.pass(200);
    assertEquals(1, updates());
    assertTrue(last().path("comparison").isMissingNode());
    asked.get(0).complete(comparison("late"));
    assertEquals("late", last().path("compared").asText());
    assertEquals(2, updates());
    fixture.snapshot(2, "{\"a\":2}");
    asked.get(1).fail("the database is away");
    assertEquals(3, updates());
    assertTrue(last().path("comparison").isMissingNode());
    isSlow = false;
    fixture.snapshot(3, "{\"a\":3}");
    assertEquals("week3", last().path("compared").asText());
    fixture.pass(3_000);
    assertEquals(4, updates());
  }

  @Test
  void whoHasLeftWaitsForNothing() {
    isSlow = true;
    fixture.snapshot(1, "{\"a\":1}");
    subscribe(session, "{'topic':'routing','compare':'week'}");
    subscribe(session, "'routing'");
    int before = updates();
    asked.get(0).complete(comparison("x"));
    fixture.pass(3_000);
    assertEquals(before, updates());
  }

  @Test
  void anOptionThatDoesNotFitIsNamed() {
    for (String topic :
        List.of(
            "{'topic':'routing','compare':'yesterday'}",
            "{'topic':'routing','compare':'target'}",
            "{'topic':'chat.1','compare':'week'}")) {
      subscribe(session, topic);
      assertEquals("invalid", last().path("code").asText(), topic);
      assertEquals("compare", last().path("field").asText(), topic);
      assertEquals(List.of(), session.topics());
    }
  }

  @Test
  void differentComparisonsAreCounted() {
    fixture.snapshot(1, "{\"a\":1}");
    for (int n = 0; n < DistinctForms.MAX - 1; n++) fixture.forms.acquire(n);
    subscribe(session, "{'topic':'routing','compare':'week'}");
    assertEquals("week1", last().path("compared").asText());
    subscribe(session, "{'topic':'routing','compare':'previous'}");
    assertEquals("too_many_filters", last().path("code").asText());
  }

  private BoardView view(Session of) {
    return ((ChosenBoardSubscription) of.subscriptions().get("routing")).view();
  }

  private int updates() {
    return (int) fixture.sent.stream().filter(each -> each.contains("metrics:update")).count();
  }

  private JsonNode last() {
    try {
      return Json.MAPPER.readTree(fixture.sent.get(fixture.sent.size() - 1));
    } catch (java.io.IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static void subscribe(Session to, String topic) {
    to.text("{'type':'subscribe','topics':[%s]}".formatted(topic).replace('\'', '"'));
  }
}
