package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Tokens;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients publish through their sessions: stored, in order, once per id, on any node. */
class PublishIT extends TwoNodesCase {
  private static final String RULES =
      """
      [{"streams": "doc.{id}", "subscribe": "authenticated", "publish": "team:{id}"},
       {"streams": "small.*", "subscribe": "public", "publish": "authenticated", "max_bytes": 30,
        "messages_per_second": 3},
       {"streams": "chat.*", "subscribe": "public", "publish": "authenticated"},
       {"streams": "typing.*", "subscribe": "public", "publish": "authenticated",
        "messages": "ephemeral"}]""";

  private final String ann = token("ann");
  private final String bob = token("bob");

  PublishIT() {
    super(RULES);
  }

  @Test
  void anEventReachesSubscribersOnAllNodesAndItsPublisherGetsTheId() throws Exception {
    WsClient publisher = follower(one, ann);
    WsClient otherTab = follower(two, ann);
    WsClient other = follower(two, bob);
    SseClient stream = stream(two, "chat.1", ann);
    stream.next("subscribed");
    publisher.send(publish("chat.1", "m1", "{\"n\":15}"));

    JsonNode answer = publisher.next("published");
    assertEquals("chat.1", answer.path("topic").asText());
    assertEquals("m1", answer.path("id").asText());
    JsonNode event = other.next("line");
    assertEquals("{\"n\":15}", event.path("data").toString());
    assertTrue(event.path("id").isMissingNode(), event::toString);
    assertEquals("m1", otherTab.next("line").path("id").asText());
    assertEquals("m1", stream.next("line").data().path("id").asText());
    if (answer.has("offset")) assertEquals(event.path("offset"), answer.path("offset"));

    WsClient later = socket(two, "", ann);
    String since = offset(event, -1);
    later.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"chat.1\",\"since\":\"%s\"}]}"
            .formatted(since));
    assertEquals("m1", later.next("line").path("id").asText(), "also from the log");
    assertEquals(
        List.of("events.published"), audited("chat.1", "ann"), "an act of the audit trail");
  }

  @Test
  void anIdIsStoredOncePerUserAndTopicOnAnyNodeAndTransport() throws Exception {
    WsClient here = follower(one, ann);
    WsClient there = follower(two, ann);
    WsClient reader = follower(one, bob);
    here.send(publish("chat.1", "m1", "{\"n\":1}"));
    assertFalse(here.next("published").path("duplicate").asBoolean());
    there.send(publish("chat.1", "m1", "{\"n\":1}"));
    assertTrue(there.next("published").path("duplicate").asBoolean());
    String path = "/api/v1/streams/chat.1/events";
    String byHttp = "{\"type\":\"line\",\"data\":{\"n\":1},\"id\":\"%s\"}";
    assertEquals(200, post(two, path, ann, byHttp.formatted("m1")).status());
    assertEquals(201, post(two, path, ann, byHttp.formatted("m2")).status());
    here.send(publish("chat.1", "m2", "{}"));
    assertTrue(here.next("published").path("duplicate").asBoolean());

    WsClient ofBob = socket(one, "", bob);
    ofBob.send(publish("chat.1", "m1", "{\"n\":2}"));
    assertFalse(ofBob.next("published").path("duplicate").asBoolean());
    here.send(publish("chat.2", "m1", "{\"n\":3}"));
    assertFalse(here.next("published").path("duplicate").asBoolean());
    for (int i = 0; i < 3; i++) reader.next("line");
    assertEquals(3, get(one, path, ann).json().path("events").size());
  }

  @Test
  void whatIsTooLargeForASocketGoesByHttpAndArrivesWhole() throws Exception {
    WsClient follower = follower(two, bob);
    WsClient publisher = socket(one, "", ann);
    String text = "x".repeat(60_000);
    publisher.send(publish("chat.1", "m1", "{\"text\":\"" + text + "\"}"));
    assertEquals(1009, publisher.closeCode());
    assertEquals("message too big: at most 16384 bytes", publisher.closeReason());

    String path = "/api/v1/streams/chat.1/events";
    String event = "{\"type\":\"line\",\"data\":{\"text\":\"%s\"},\"id\":\"m1\"}";
    var tooLarge = post(one, path, ann, event.formatted("x".repeat(65_530)));
    assertEquals(413, tooLarge.status());
    assertTrue(tooLarge.json().path("detail").asText().contains("65536"), tooLarge::toString);
    assertEquals(201, post(one, path, ann, event.formatted(text)).status());
    assertEquals(text, follower.next("line").at("/data/text").asText());
    assertEquals(1, get(one, path, ann).json().path("events").size());
  }

  @Test
  void theEventsOfASessionAreStoredInTheirOrder() throws Exception {
    WsClient follower = follower(two, bob);
    WsClient publisher = socket(one, "", ann);
    IntStream.range(0, 40)
        .forEach(n -> publisher.send(publish("chat.1", "m" + n, "{\"n\":" + n + "}")));
    var answered = new ArrayList<String>();
    var received = new ArrayList<Integer>();
    for (int i = 0; i < 40; i++) answered.add(publisher.next("published").path("id").asText());
    for (int i = 0; i < 40; i++) received.add(follower.next("line").at("/data/n").asInt());
    assertEquals(IntStream.range(0, 40).boxed().toList(), received);
    assertEquals(40, Set.copyOf(answered).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":{}}|invalid|id",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":{},\"id\":7}|invalid|id",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":{},\"id\":\"\"}|invalid|id",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":[],\"id\":\"m\"}|invalid|data",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":\"x\",\"id\":\"m\"}|invalid|data",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":{\"a\":\"\\u0000\"},\"id\":\"m\"}|invalid|data",
        "{\"topic\":\"chat.1\",\"event_type\":\"t\",\"id\":\"m\"}|invalid|data",
        "{\"topic\":\"chat.1\",\"event_type\":\"a b\",\"data\":{},\"id\":\"m\"}|invalid|event_type",
        "{\"topic\":\"chat.1\",\"event_type\":\"pong\",\"data\":{},\"id\":\"m\"}|invalid|event_type",
        "{\"topic\":\"chat.1\",\"event_type\":\"task_created\",\"data\":{},\"id\":\"m\"}|invalid|event_type",
        "{\"topic\":\"chat.1\",\"event_type\":7,\"data\":{},\"id\":\"m\"}|invalid|event_type",
        "{\"topic\":7,\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|invalid|topic",
        "{\"topic\":\"no such\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|invalid|topic",
        "{\"topic\":\"user.ann\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|invalid|topic",
        "{\"topic\":\"team.red\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|invalid|topic",
        "{\"topic\":\"routing\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|forbidden|",
        "{\"topic\":\"tasks\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|forbidden|",
        "{\"topic\":\"undeclared\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|forbidden|",
        "{\"topic\":\"doc.red\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|forbidden|",
        "{\"topic\":\"small.1\",\"event_type\":\"t\",\"data\":{\"a\":\"ééééééééééééé\"},\"id\":\"m\"}|too_large|data",
        "{\"topic\":\"typing.1\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\"}|invalid|durable",
      })
  void aWrongMessageIsRefusedByItsFieldAndTheSessionGoesOn(
      String message, String code, String field) throws Exception {
    WsClient publisher = socket(one, "", ann);
    WsClient subscriber = socket(one, "chat.1", ann);
    subscriber.next("subscribed");
    publisher.send("{\"type\":\"publish\"," + message.substring(1));
    JsonNode error = publisher.next("error");
    assertEquals(code, error.path("code").asText(), error::toString);
    assertEquals(field == null ? "" : field, error.path("field").asText(), error::toString);
    if (!"id".equals(field)) assertEquals("m", error.path("id").asText());
    publisher.send(publish("chat.1", "good", "{}"));
    assertEquals("good", publisher.next("published").path("id").asText());
    subscriber.next("line");
    assertEquals(1, get(one, "/api/v1/streams/chat.1/events", ann).json().path("events").size());
  }

  @Test
  void whoHasNoTokenOrPublishesTooFastIsRefused() throws Exception {
    WsClient anonymous = socket(one, "", null);
    anonymous.send(publish("chat.1", "m", "{}"));
    assertEquals("not_authenticated", anonymous.next("error").path("code").asText());
    WsClient publisher = socket(one, "", ann);
    for (int n = 0; n < 10; n++) publisher.send(publish("small.1", "m" + n, "{}"));
    JsonNode error = publisher.next("error");
    assertEquals("too_fast", error.path("code").asText());
    assertTrue(error.path("retry_after_ms").asLong() > 0, error::toString);
    publisher.send(publish("chat.1", "m", "{}"));
    publisher.takeUntil(
        each ->
            WsClient.type(each).equals("published")
                && each.path("topic").asText().equals("chat.1"));
  }

  @Test
  void membersOfTheTeamPublishAndThoseWhoHaveLeftDoNot() throws Exception {
    Answer team = post(one, "/api/v1/teams", ann, "{\"name\":\"t\"}");
    String id = team.json().path("id").asText();
    String members = "/api/v1/teams/" + id + "/members";
    assertEquals(201, post(one, members, ann, "{\"user_id\":\"bob\"}").status());
    WsClient ofBob = socket(two, "", token("bob", id));
    ofBob.send(publish("doc." + id, "m1", "{}"));
    assertEquals("m1", ofBob.next("published").path("id").asText());
    delete(one, members + "/bob", ann);
    WsClient again = socket(two, "", token("bob", id));
    again.send(publish("doc." + id, "m2", "{}"));
    assertEquals("forbidden", again.next("error").path("code").asText());
  }

  @Test
  void membersOfALaterVersionAreIgnored() throws Exception {
    WsClient publisher = socket(one, "", ann);
    publisher.send(
        "{\"type\":\"publish\",\"topic\":\"chat.1\",\"event_type\":\"t\",\"data\":{},\"id\":\"m\","
            + "\"later\":[1]}");
    assertEquals("m", publisher.next("published").path("id").asText());
  }

  private static String publish(String topic, String id, String data) {
    return "{\"type\":\"publish\",\"topic\":\"%s\",\"event_type\":\"line\",\"data\":%s,\"id\":\"%s\"}"
        .formatted(topic, data, id);
  }

  private static String offset(JsonNode event, int change) {
    String[] parts = event.path("offset").asText().split(":");
    return parts[0] + ":" + (Long.parseLong(parts[1]) + change);
  }

  private List<String> audited(String target, String actor) throws Exception {
    var found = new ArrayList<String>();
    JsonNode trail =
        get(
                one,
                "/api/v1/admin/audit?actor=" + actor + "&limit=200",
                Person.of("root").with("admin").token())
            .json();
    for (JsonNode act : trail.path("entries")) {
      if (act.path("target").asText().equals(target)) found.add(act.path("action").asText());
    }
    return found;
  }

  private static String token(String user, String... teams) {
    return Tokens.hs256(
        Cluster.SECRET, Tokens.claims(Map.of("sub", user, "teams", List.of(teams))));
  }
}
