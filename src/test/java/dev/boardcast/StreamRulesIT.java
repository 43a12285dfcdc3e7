package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.auth.Tokens;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.WsClient;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of streams count for HTTP and for sessions, and reach open sessions. */
class StreamRulesIT extends AccessCase {
  private static final String RULES =
      """
      [{"streams": "doc.{id}", "subscribe": ["team:{id}", "token"], "publish": "team:{id}",
        "max_bytes": 40, "messages_per_second": 5},
       {"streams": "claim.{id}", "subscribe": "claim:docs={id}", "history": "nobody"},
       {"streams": "live.{id}", "subscribe": "public", "history": "team:{id}"},
       {"streams": "past.*", "history": "authenticated"},
       {"streams": "open.*", "subscribe": "public", "publish": "authenticated"},
       {"streams": "typing.*", "subscribe": "authenticated", "publish": "authenticated",
        "messages": "ephemeral"}]""";
  private static final String EVENT = "{\"type\":\"t\",\"data\":{}}";

  private final String ann = token(Map.of("sub", "ann", "teams", List.of("red")));
  private final String bob =
      token(Map.of("sub", "bob", "docs", List.of("7"), "topics", List.of("doc.blue")));

  @Override
  BoardcastOptions options() {
    return super.options().set("stream-rules", RULES);
  }

  @ParameterizedTest
  @CsvSource({
    // stream, who, publish, read, subscribe
    "doc.red, ann, 201, 200, subscribed",
    "doc.red, bob, 403, 403, forbidden",
    "doc.red, '', 401, 401, not_authenticated",
    "doc.blue, bob, 403, 200, subscribed",
    "doc.blue, ann, 403, 403, forbidden",
    "claim.7, bob, 403, 403, subscribed",
    "claim.8, bob, 403, 403, forbidden",
    "live.red, ann, 403, 200, subscribed",
    "live.red, bob, 403, 403, subscribed",
    "live.red, '', 401, 401, subscribed",
    "past.1, ann, 403, 200, forbidden",
    "past.1, '', 401, 401, not_authenticated",
    "open.1, ann, 201, 200, subscribed",
    "open.1, '', 401, 200, subscribed",
    "typing.1, ann, 400, 200, subscribed",
    "undeclared, ann, 403, 403, forbidden",
    "undeclared, '', 401, 401, not_authenticated",
    "undeclared, root, 201, 200, subscribed",
    "audit, ann, 400, 403, forbidden",
    "user.ann, ann, 400, 200, subscribed",
    "user.ann, bob, 400, 403, forbidden",
    "user.ann, root, 400, 403, forbidden",
    "team.red, ann, 400, 200, subscribed",
    "team.red, bob, 400, 403, forbidden",
    "team.red, '', 400, 401, not_authenticated",
  })
  void rightsAreTheSameOnEveryTransport(
      String stream, String who, int publish, int read, String subscribe) throws Exception {
    Boardcast node = deploy();
    String token =
        who.isEmpty() ? null : who.equals("root") ? ADMIN : who.equals("ann") ? ann : bob;
    String path = "/api/v1/streams/" + stream + "/events";
    assertEquals(publish, post(node, path, token, EVENT).status());
    assertEquals(read, get(node, path, token).status());
    WsClient socket = socket(node, stream, token);
    assertEquals(subscribe, outcome(socket::next));
    String asked = Map.of(200, "history", 403, "forbidden", 401, "not_authenticated").get(read);
    assertEquals(asked, past(socket, stream, ""));
    assertEquals(asked, past(socket, stream, ",\"before\":\"end\""));
    assertEquals(asked, past(socket(node, "", token), stream, ""));
    if (token == null) return;
    var sse = stream(node, stream, token);
    // A response that waits for teams has begun when they are known.
    if (sse.status() == 200) {
      assertEquals(subscribe, outcome(() -> sse.next().data()));
    } else {
      assertEquals("forbidden 403", subscribe + " " + sse.status());
    }
  }

  @Test
  void aMemberOfTheTeamNowCountsAndNotOneOfTheToken() throws Exception {
    Boardcast node = deploy();
    String created =
        post(node, "/api/v1/teams", token(Map.of("sub", "cid")), "{\"name\":\"t\"}")
            .json()
            .path("id")
            .asText();
    String path = "/api/v1/teams/" + created + "/members";
    String cid = token(Map.of("sub", "cid"));
    String dan = token(Map.of("sub", "dan", "teams", List.of(created)));
    assertEquals(201, post(node, path, cid, "{\"user_id\":\"dan\"}").status());
    WsClient socket = socket(node, "doc." + created, dan);
    socket.next("subscribed");
    String events = "/api/v1/streams/doc." + created + "/events";
    assertEquals(201, post(node, events, dan, EVENT).status());
    socket.next("t");
    assertEquals("history", past(socket, "doc." + created, ""));

    delete(node, path + "/dan", cid);

    JsonNode error = socket.next("error");
    assertEquals("forbidden", error.path("code").asText());
    assertEquals("doc." + created, error.path("topic").asText());
    assertEquals(403, post(node, events, dan, EVENT).status());
    assertEquals(403, get(node, events, dan).status());
    assertEquals("forbidden", past(socket, "doc." + created, ""));
    assertEquals("forbidden", past(socket(node, "", dan), "doc." + created, ""));
  }

  @Test
  void sizeAndRateAreBounded() throws Exception {
    Boardcast node = deploy();
    String path = "/api/v1/streams/doc.red/events";
    String large = "{\"type\":\"t\",\"data\":{\"text\":\"%s\"}}";
    Answer refused = post(node, path, ann, large.formatted("é".repeat(20)));
    assertEquals(400, refused.status());
    assertEquals("data", refused.fields());
    int tooMany = 0;
    for (int i = 0; i < 20; i++) if (post(node, path, ann, EVENT).status() == 429) tooMany++;
    assertTrue(tooMany > 0, "five a second");
    assertEquals(201, post(node, "/api/v1/streams/open.1/events", ann, EVENT).status());
  }

  @Test
  void withoutHistoryAnOffsetIsNotResumed() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "claim.7", bob);
    String offset = socket.next("subscribed").path("offset").asText();
    socket.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"claim.7\",\"since\":\""
            + offset
            + "\"}]}");
    assertFalse(socket.next("subscribed").path("recovered").asBoolean());
  }

  @Test
  void whoMaySubscribeOnlyIsSentEventsButCannotAskForThem() throws Exception {
    Boardcast node = deploy();
    WsClient socket = socket(node, "claim.7", bob);
    String offset = socket.next("subscribed").path("offset").asText();
    assertEquals(201, post(node, "/api/v1/streams/claim.7/events", ADMIN, EVENT).status());
    socket.next("t");
    WsClient admin = socket(node, "", ADMIN);
    for (String range : List.of("", ",\"after\":\"" + offset + "\"", ",\"before\":\"end\"")) {
      assertEquals(1, ask(admin, "claim.7", range).path("data").path("events").size());
      JsonNode error = ask(socket, "claim.7", range);
      assertEquals("forbidden", error.path("code").asText(), error.toString());
      assertEquals("claim.7", error.path("topic").asText());
    }
    // The subscription is not affected, and its state has what the events had.
    socket.send("{\"type\":\"state\"}");
    JsonNode topics = socket.next("state").path("topics");
    assertEquals(List.of("claim.7"), topics.findValuesAsText("topic"));
  }

  @Test
  void aChangeOfTheRulesReachesOpenSessions() throws Exception {
    Boardcast node = deploy();
    WsClient follower = socket(node, "open.1", null);
    WsClient other = socket(node, "open.2", null);
    follower.next("subscribed");
    other.next("subscribed");
    String rules =
        "[{\"streams\":\"open.1\",\"subscribe\":\"authenticated\"},"
            + "{\"streams\":\"open.*\",\"subscribe\":\"public\",\"publish\":\"authenticated\"}]";
    node.streamRules(StreamRules.parse(rules));
    assertEquals("not_authenticated", follower.next("error").path("code").asText());
    post(node, "/api/v1/streams/open.2/events", ann, EVENT);
    other.next("t");
    assertEquals(403, post(node, "/api/v1/streams/open.1/events", ann, EVENT).status());
    assertEquals(403, get(node, "/api/v1/streams/doc.red/events", ann).status());
  }

  /** The type of the answer to a request for the past, or the code of the error. */
  private static String past(WsClient socket, String topic, String members) {
    JsonNode answer = ask(socket, topic, members);
    return answer.path("code").asText(answer.path("type").asText());
  }

  private static JsonNode ask(WsClient socket, String topic, String members) {
    socket.send("{\"type\":\"history\",\"id\":\"r\",\"topic\":\"%s\"%s}".formatted(topic, members));
    List<JsonNode> read = socket.takeUntil(each -> each.path("id").asText().equals("r"));
    return read.get(read.size() - 1);
  }

  private static String outcome(Supplier<JsonNode> messages) {
    for (JsonNode message = messages.get(); ; message = messages.get()) {
      String type = message.path("type").asText();
      if (type.equals("subscribed")) return type;
      if (type.equals("error")) return message.path("code").asText();
    }
  }

  private static String token(Map<String, Object> claims) {
    return Tokens.hs256(Cluster.SECRET, Tokens.claims(claims));
  }
}
