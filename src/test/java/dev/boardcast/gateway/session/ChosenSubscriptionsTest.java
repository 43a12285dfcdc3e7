package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.gateway.protocol.CloseCode;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.SseDialect;
import dev.boardcast.gateway.protocol.SubscribeOptions;
import dev.boardcast.gateway.protocol.TopicRequest;
import dev.boardcast.gateway.protocol.TopicRequestReader;
import dev.boardcast.gateway.transport.RecordingTransport;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.RawJson;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Subscriptions with options, from the message of the client to what it gets. */
class ChosenSubscriptionsTest {
  private final SessionFixture fixture = new SessionFixture();
  private final RecordingTransport transport = new RecordingTransport(fixture.sent);
  private final Session session = fixture.openAnonymous(transport, NativeDialect.INSTANCE);

  @Test
  void aBoardComesAtMostOnceInAnIntervalAndTheLastOneAlways() {
    fixture.snapshot(1, "{'n':1}".replace('\'', '"'));
    subscribe("{'topic':'routing','interval_ms':1000}");
    assertEquals(List.of("1"), values("n"));
    for (int n = 2; n <= 5; n++) {
      fixture.snapshot(n, "{\"n\":" + n + "}");
      fixture.pass(100);
    }
    assertEquals(List.of("1"), values("n"));
    fixture.pass(700);
    assertEquals(List.of("1", "5"), values("n"));
    fixture.pass(5_000);
    fixture.snapshot(6, "{\"n\":6}");
    assertEquals(List.of("1", "5", "6"), values("n"));
  }

  @Test
  void aBoardShowsItsChosenMembers() throws Exception {
    fixture.snapshot(1, "{\"a\":1,\"b\":{\"c\":2,\"d\":3}}");
    subscribe("{'topic':'routing','fields':['b.c']}");
    JsonNode update = last();
    assertEquals("{\"b\":{\"c\":2}}", update.get("data").toString());
    assertEquals("version:1", update.get("offset").asText());
    fixture.snapshot(2, "{\"a\":1,\"b\":{\"c\":4}}");
    assertEquals("{\"b\":{\"c\":4}}", last().get("data").toString());
  }

  @Test
  void aSnapshotIsReducedAndEncodedOnceForAllWhoHaveChosenTheSame() {
    var other = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
    fixture.snapshot(1, "{\"a\":1,\"b\":2}");
    subscribe("{'topic':'routing','fields':['a','b']}");
    subscribe(other, "{'topic':'routing','fields':['/b','/a'],'interval_ms':5}");
    BoardView view = view(session);
    assertSame(view, view(other));
    assertSame(
        view.newest().frame(NativeDialect.INSTANCE, "routing"),
        view.newest().frame(NativeDialect.INSTANCE, "routing"));
  }

  @Test
  void subscribingAgainReplacesTheOptions() throws Exception {
    fixture.snapshot(1, "{\"a\":1,\"b\":2}");
    subscribe("{'topic':'routing','fields':['a'],'interval_ms':60000}");
    subscribe("{'topic':'routing','fields':['b']}");
    fixture.sent.clear();
    fixture.snapshot(2, "{\"a\":1,\"b\":3}");
    assertEquals(1, fixture.sent.size());
    assertEquals("{\"b\":3}", last().get("data").toString());
    subscribe("'routing'");
    fixture.snapshot(3, "{\"a\":1,\"b\":4}");
    assertEquals("{\"a\":1,\"b\":4}", last().get("data").toString());
    assertEquals(1, session.topics().size());
  }

  @Test
  void latestStartsWithTheLastEventInPlaceOfTheMissedOnes() throws Exception {
    for (int n = 1; n <= 3; n++) fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    subscribe("{'topic':'chat.1','latest':true,'since':'e1:1'}");
    assertEquals(List.of("3"), values("n"));
    JsonNode subscribed = Json.MAPPER.readTree(fixture.sent.get(fixture.sent.size() - 2));
    assertEquals("subscribed", subscribed.get("type").asText());
    assertTrue(subscribed.get("recovered").asBoolean());
    fixture.event("chat.1", "said", "{\"n\":4}");
    assertEquals(List.of("3", "4"), values("n"));
  }

  @Test
  void latestEventsComeAtMostOnceInAnInterval() {
    subscribe("{'topic':'chat.1','latest':true,'interval_ms':500}");
    for (int n = 1; n <= 9; n++) fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    assertEquals(List.of("1"), values("n"));
    fixture.pass(600);
    assertEquals(List.of("1", "9"), values("n"));
  }

  @Test
  void aSlowClientGetsTheNewestWhenItReads() {
    fixture.snapshot(1, "{\"n\":1}");
    subscribe("{'topic':'routing','interval_ms':1}", "{'topic':'chat.1','latest':true}");
    fixture.sent.clear();
    transport.setWritable(false);
    for (int n = 2; n <= 9; n++) {
      fixture.pass(100);
      fixture.snapshot(n, "{\"n\":" + n + "}");
      fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    }
    assertEquals(List.of(), fixture.sent);
    transport.setWritable(true);
    session.writable();
    assertEquals(List.of("9", "9"), values("n"));
  }

  @Test
  void anEventComesUnderATopicWithOptionsAlsoIfAnotherBringsIt() {
    Session ann = fixture.open("ann", "user.ann");
    fixture.sent.clear();
    subscribe(ann, "{'topic':'tasks','latest':true}");
    fixture.sent.clear();
    fixture.event("user.ann", "task_created", "{\"n\":1}");
    assertEquals(List.of("tasks", "user.ann"), values("topic").stream().sorted().toList());
  }

  @Test
  void optionsThatDoNotFitTheTopicAreNamedAndChangeNothing() throws Exception {
    subscribe("'chat.1'");
    fixture.sent.clear();
    subscribe("{'topic':'chat.1','fields':['a']}");
    assertEquals("fields", last().get("field").asText());
    subscribe("{'topic':'chat.1','interval_ms':5}");
    assertEquals("interval_ms", last().get("field").asText());
    assertEquals("invalid", last().get("code").asText());
    fixture.event("chat.1", "said", "{\"n\":1}");
    assertEquals(List.of("1"), values("n"));
  }

  @Test
  void aNodeHasALimitOfDifferentForms() throws Exception {
    var forms = new DistinctForms();
    for (int n = 0; n < DistinctForms.MAX; n++) assertTrue(forms.acquire(n));
    assertTrue(forms.acquire(7));
    assertFalse(forms.acquire("more"));
    forms.release(7);
    assertFalse(forms.acquire("more"));
    forms.release(7);
    assertTrue(forms.acquire("more"));
  }

  @Test
  void aFormIsCountedUntilTheLastSessionThatHasItEnds() {
    var other = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
    subscribe("{'topic':'chat.1','where':{'type':'a'}}");
    subscribe(other, "{'topic':'chat.2','where':{'type':'a'}}");
    // A session that closes is removed when it begins to and when its connection has ended.
    session.close(CloseCode.GOING_AWAY);
    session.closed();
    for (int n = 1; n < DistinctForms.MAX; n++) assertTrue(fixture.forms.acquire(n));
    assertFalse(fixture.forms.acquire("more"));
    other.closed();
    assertTrue(fixture.forms.acquire("more"));
  }

  @Test
  void aNodeThatHasTooManyFormsKeepsTheSubscriptionThatIsThere() throws Exception {
    subscribe("'chat.1'");
    for (int n = 0; n < DistinctForms.MAX; n++) assertTrue(fixture.forms.acquire(n));
    subscribe("{'topic':'chat.1','where':{'type':'a'}}");
    assertEquals("too_many_filters", last().get("code").asText());
    fixture.event("chat.1", "b", "{\"n\":1}");
    assertEquals(List.of("1"), values("n"));
  }

  @Test
  void whatWaitsIsNotSentAfterTheHistoryHasChanged() {
    subscribe("{'topic':'chat.1','latest':true,'interval_ms':1000}");
    fixture.event("chat.1", "said", "{\"n\":1}");
    fixture.event("chat.1", "said", "{\"n\":2}");
    var stream = (StreamSubscription) session.subscriptions().get("chat.1");
    fixture.subscriptions.historyChanged(stream.shard());
    fixture.pass(2_000);
    assertEquals(List.of("1"), values("n"));
  }

  @Test
  void whatASessionHasChosenEndsWithIt() {
    fixture.snapshot(1, "{\"n\":1}");
    subscribe("{'topic':'routing','interval_ms':1000}", "{'topic':'chat.1','latest':true}");
    fixture.snapshot(2, "{\"n\":2}");
    session.closed();
    fixture.sent.clear();
    fixture.pass(2_000);
    fixture.event("chat.1", "said", "{}");
    assertEquals(List.of(), fixture.sent);
    assertFalse(fixture.table.hasSubscribers(SessionFixture.BOARD));
    assertFalse(fixture.table.hasSubscribers(List.of("chat.1")));
  }

  @Test
  void anEventStreamHasTheSameOptions() throws Exception {
    fixture.snapshot(1, "{\"a\":1,\"b\":2}");
    var topics =
        TopicRequestReader.parse(
            "[{\"topic\":\"routing\",\"fields\":[\"a\"]},{\"topic\":\"chat.1\",\"fields\":[\"a\"]}]");
    fixture.openAnonymous(transport, SseDialect.INSTANCE, topics.toArray(TopicRequest[]::new));
    assertTrue(fixture.sent.stream().anyMatch(each -> each.contains("\"data\":{\"a\":1}")));
    assertTrue(fixture.sent.stream().anyMatch(each -> each.contains("\"field\":\"fields\"")));
  }

  @Test
  void aFilterHidesEventsAndTellsHowFarTheClientHasCome() {
    subscribe("{'topic':'chat.1','where':{'type':'said','data':{'n':{'gte':3}}}}");
    fixture.sent.clear();
    for (int n = 1; n <= 4; n++) fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    assertEquals(List.of("3", "4"), values("n"));
    fixture.pass(5_100);
    // The client knows the offset of the last event.
    assertEquals(List.of(), positions());
    for (int n = 1; n <= 200; n++) {
      fixture.event("chat.1", n % 2 == 0 ? "typed" : "said", "{\"n\":1}");
      fixture.pass(100);
    }
    assertTrue(positions().size() >= 3 && positions().size() <= 4, positions()::toString);
    fixture.pass(5_000);
    assertEquals("e1:204", positions().get(positions().size() - 1));
    int before = positions().size();
    fixture.pass(20_000);
    assertEquals(before, positions().size());
  }

  @Test
  void aResumedFilterReplaysWhatPassesAndThenItsPosition() {
    for (int n = 1; n <= 9; n++) fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    subscribe("{'topic':'chat.1','since':'e1:2','where':{'data':{'n':{'in':[1,4,6]}}}}");
    assertEquals(List.of("4", "6"), values("n"));
    assertEquals(List.of("e1:9"), positions());
    fixture.sent.clear();
    subscribe("{'topic':'chat.1','since':'e1:9','where':{'data':{'n':{'in':[1,4,6]}}}}");
    assertEquals(1, fixture.sent.size());
  }

  @Test
  void latestBeginsWithTheLastEventThatPasses() {
    for (int n = 1; n <= 9; n++) fixture.event("chat.1", "said", "{\"n\":" + n + "}");
    subscribe("{'topic':'chat.1','latest':true,'where':{'data':{'n':{'lt':4}}}}");
    assertEquals(List.of("3"), values("n"));
  }

  @Test
  void aPositionDoesNotOvertakeAnEventThatWaits() {
    String where = "'where':{'type':'said'}";
    subscribe("{'topic':'chat.1','latest':true,'interval_ms':20000," + where + "}");
    fixture.event("chat.1", "said", "{\"n\":1}");
    fixture.event("chat.1", "said", "{\"n\":2}");
    fixture.event("chat.1", "typed", "{\"n\":3}");
    fixture.pass(10_000);
    assertEquals(List.of(), positions());
    fixture.pass(15_000);
    assertEquals(List.of("1", "2"), values("n"));
  }

  @Test
  void anEventIsParsedAndJudgedOnceForAllWhoHaveTheSameFilter() {
    var other = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
    String topic = "{'topic':'chat.1','where':{'type':['a','b'],'data':{'n':{'eq':1}}}}";
    subscribe(topic);
    subscribe(other, topic.replace("['a','b']", "['b','a']"));
    var first = (ChosenStreamSubscription) session.subscriptions().get("chat.1");
    var second = (ChosenStreamSubscription) other.subscriptions().get("chat.1");
    assertEquals(first.where(), second.where());
    fixture.sent.clear();
    fixture.event("chat.1", "a", "{\"n\":1}");
    assertEquals(List.of("1", "1"), values("n"));
    assertEquals(fixture.sent.get(0), fixture.sent.get(1));
  }

  @Test
  void aChangeIsMadeAndEncodedOnceForAllWhoHaveTheSameSnapshot() throws Exception {
    var other = fixture.openAnonymous(transport, NativeDialect.INSTANCE);
    fixture.snapshot(1, "{\"a\":1,\"b\":{\"c\":2}}");
    subscribe("{'topic':'routing','deltas':true}");
    subscribe(other, "{'topic':'routing','deltas':true,'interval_ms':1}");
    fixture.snapshot(2, "{\"a\":1,\"b\":{\"c\":3}}");
    assertEquals("{\"b\":{\"c\":3}}", last().get("patch").toString());
    assertEquals("version:1", last().get("base").asText());
    BoardView view = view(session);
    var before = new BoardView.Sent(1, "version:1");
    assertSame(
        view.since(before).orElseThrow().frame(NativeDialect.INSTANCE, "routing"),
        view.since(before).orElseThrow().frame(NativeDialect.INSTANCE, "routing"));
    assertSame(view, view(other));
  }

  @Test
  void aWholeSnapshotComesWhereAPatchCannotSayItIsLongerOrHasNoBase() throws Exception {
    String many = "\"m\":[1,2,3,4,5,6,7,8,9,10]";
    fixture.snapshot(1, "{\"a\":1," + many + "}");
    subscribe("{'topic':'routing','deltas':true}");
    fixture.snapshot(2, "{\"a\":null," + many + "}");
    assertEquals("metrics:update", last().get("type").asText());
    fixture.snapshot(3, "{\"a\":1," + many + "}");
    assertEquals("metrics:delta", last().get("type").asText());
    fixture.snapshot(4, "{}");
    assertEquals("metrics:update", last().get("type").asText());
    subscribe("{'topic':'routing','deltas':true}");
    assertEquals("metrics:update", last().get("type").asText());
  }

  @Test
  void basesAreBounded() {
    var bases = new SnapshotBases();
    var view = new BoardView(SubscribeOptions.NONE, bases, fixture.comparisons, fixture.loop);
    String large = '"' + "x".repeat(SnapshotBases.MAX_CHARACTERS / 4) + '"';
    for (int n = 0; n < 9; n++) bases.put(view, n, RawJson.of(large));
    assertEquals(null, bases.get(view, 5));
    assertEquals(large, bases.get(view, 8).text());
    bases.remove(view);
    assertEquals(null, bases.get(view, 8));
    bases.put(view, 9, RawJson.of(large));
    assertEquals(large, bases.get(view, 9).text());
  }

  @Test
  void aFilterIsForStreams() throws Exception {
    subscribe("{'topic':'routing','where':{'type':'a'}}");
    assertEquals("where", last().get("field").asText());
    assertEquals(List.of(), session.topics());
  }

  private List<String> positions() {
    return fixture.sent.stream()
        .filter(each -> !each.equals("ping"))
        .map(ChosenSubscriptionsTest::tree)
        .filter(message -> message.get("type").asText().equals("position"))
        .map(message -> message.get("offset").asText())
        .toList();
  }

  private void subscribe(String... topics) {
    subscribe(session, topics);
  }

  private static void subscribe(Session session, String... topics) {
    String list = String.join(",", topics).replace('\'', '"');
    session.text("{\"type\":\"subscribe\",\"topics\":[" + list + "]}");
  }

  private static BoardView view(Session of) {
    return ((ChosenBoardSubscription) of.subscriptions().get("routing")).view();
  }

  private JsonNode last() throws Exception {
    return Json.MAPPER.readTree(fixture.sent.get(fixture.sent.size() - 1));
  }

  /** A member of each message that has data. */
  private List<String> values(String name) {
    return fixture.sent.stream()
        .filter(each -> !each.equals("ping"))
        .map(ChosenSubscriptionsTest::tree)
        .filter(message -> message.has("data"))
        .map(message -> (name.equals("topic") ? message : message.get("data")).get(name).asText())
        .toList();
  }

  private static JsonNode tree(String text) {
    try {
      return Json.MAPPER.readTree(text);
    } catch (Exception notJson) {
      throw new AssertionError(text, notJson);
    }
  }
}
