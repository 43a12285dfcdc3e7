package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who is present on topics of two nodes, on sockets and by HTTP. */
class PresenceIT extends TwoNodesCase {
  private static final String RULES =
      """
      [{"streams": "doc.*", "subscribe": "public", "publish": "authenticated", "presence": "public"},
       {"streams": "hidden.*", "subscribe": "public", "publish": "authenticated"},
       {"streams": "room.{id}", "subscribe": "team:{id}", "presence": "team:{id}"}]""";

  private final String ann = Person.of("ann", "red").token();
  private final String bob = Person.of("bob").token();

  PresenceIT() {
    super(RULES);
  }

  @Test
  void theListComesFirstAndThenWhoComesAndLeavesOnAnyNode() throws Exception {
    WsClient first = socket(one, "", ann);
    present(first, "doc.1", "{\"name\":\"Ann\",\"color\":\"#a03c2f\"}");
    JsonNode list = first.next("presence");
    assertEquals(Set.of("ann"), users(list));
    assertEquals("Ann", list.at("/users/0/data/name").asText());

    WsClient second = socket(two, "", bob);
    present(second, "doc.1", "true");
    assertEquals(Set.of("ann", "bob"), awaitUsers(two, "doc.1", bob, 2));
    JsonNode joined = awaitChange(first, "joined");
    assertEquals("bob", joined.at("/joined/0/user").asText());
    assertEquals(2, joined.path("count").asInt());
    assertFalse(joined.has("partial"), joined::toString);

    second.send("{\"type\":\"presence\",\"topic\":\"doc.1\",\"data\":{\"state\":\"editing\"}}");
    assertEquals("editing", awaitChange(first, "updated").at("/updated/0/data/state").asText());

    second.send("{\"type\":\"unsubscribe\",\"topics\":[\"doc.1\"]}");
    assertEquals("bob", awaitChange(first, "left").at("/left/0").asText());
    assertEquals(Set.of("ann"), awaitUsers(two, "doc.1", bob, 1));
  }

  @Test
  void oneEntryForAllSessionsOfAUserUntilTheLastEnds() throws Exception {
    WsClient watcher = socket(one, "", bob);
    present(watcher, "doc.1", "true");
    watcher.next("presence");
    WsClient here = socket(one, "", ann);
    present(here, "doc.1", "true");
    assertEquals("ann", awaitChange(watcher, "joined").at("/joined/0/user").asText());
    WsClient there = socket(two, "", ann);
    present(there, "doc.1", "true");
    there.next("presence");
    here.close();
    // The other session shows something, so that what is known of both nodes is in the answer.
    there.send("{\"type\":\"presence\",\"topic\":\"doc.1\",\"data\":{\"state\":\"here\"}}");
    assertEquals("ann", awaitChange(watcher, "updated").at("/updated/0/user").asText());
    assertEquals(Set.of("ann", "bob"), awaitUsers(one, "doc.1", bob, 2));
    there.close();
    assertEquals("ann", awaitChange(watcher, "left").at("/left/0").asText());
  }

  @Test
  void aMessageMakesPresentAsksAndEnds() throws Exception {
    WsClient client = socket(one, "doc.1", ann);
    client.next("subscribed");
    client.send("{\"type\":\"presence\",\"topic\":\"doc.1\",\"id\":\"r1\"}");
    JsonNode list = client.next("presence");
    assertEquals("r1", list.path("id").asText());
    assertEquals(Set.of("ann"), users(list));
    client.send("{\"type\":\"presence\",\"topic\":\"doc.1\",\"present\":false}");
    assertEquals(Set.of(), awaitUsers(one, "doc.1", ann, 0));
    client.send("{\"type\":\"state\"}");
    assertEquals("doc.1", client.next("state").at("/topics/0/topic").asText());
  }

  @Test
  void subscribingAgainReplacesTheOption() throws Exception {
    WsClient watcher = socket(two, "", bob);
    present(watcher, "doc.1", "true");
    WsClient client = socket(one, "", ann);
    present(client, "doc.1", "true");
    awaitChange(watcher, "joined");
    present(client, "doc.1", "{\"state\":\"again\"}");
    assertEquals("again", awaitChange(watcher, "updated").at("/updated/0/data/state").asText());
    client.send("{\"type\":\"subscribe\",\"topics\":[\"doc.1\"]}");
    client.next("subscribed");
    assertEquals(Set.of("ann", "bob"), awaitUsers(one, "doc.1", ann, 2));
    present(client, "doc.1", "false");
    assertEquals("ann", awaitChange(watcher, "left").at("/left/0").asText());
  }

  @Test
  void anEventStreamIsPresentAndSeesTheOthers() throws Exception {
    String subscribe =
        URLEncoder.encode(
            "[{\"topic\":\"doc.1\",\"presence\":{\"state\":\"reading\"}}]", StandardCharsets.UTF_8);
    SseClient stream = SseClient.open(vertx, http(one) + "?subscribe=" + subscribe, bearer(ann));
    assertEquals("reading", stream.next("presence").data().at("/users/0/data/state").asText());
    WsClient other = socket(two, "", bob);
    present(other, "doc.1", "true");
    assertEquals("bob", stream.next("presence_change").data().at("/joined/0/user").asText());
    stream.close();
    assertEquals(Set.of("bob"), awaitUsers(two, "doc.1", bob, 1));
    String wrong =
        URLEncoder.encode("[{\"topic\":\"doc.1\",\"presence\":7}]", StandardCharsets.UTF_8);
    Answer refused = get(one, "/api/v1/stream?subscribe=" + wrong, ann);
    assertEquals(400, refused.status());
    assertEquals("subscribe.presence", refused.fields());
  }

  @Test
  void aClientWithoutATokenSeesWhereARuleSaysSoAndIsNotListed() throws Exception {
    WsClient anonymous = socket(one, "", null);
    present(anonymous, "doc.1", "true");
    assertEquals(0, anonymous.next("presence").path("count").asInt());
    WsClient client = socket(two, "", ann);
    present(client, "doc.1", "true");
    assertEquals("ann", awaitChange(anonymous, "joined").at("/joined/0/user").asText());
    assertEquals(Set.of("ann"), awaitUsers(one, "doc.1", null, 1));
  }

  @Test
  void whoMayNotSeeItGetsAnErrorAndIsNotListed() throws Exception {
    for (String row :
        List.of(
            "bob hidden.1 forbidden 403",
            "bob room.red forbidden 403",
            "bob team.red forbidden 403",
            "bob user.ann forbidden 403",
            "ann tasks invalid 400",
            "nobody routing not_authenticated 401",
            "nobody hidden.1 not_authenticated 401")) {
      String[] words = row.split(" ");
      String token = words[0].equals("nobody") ? null : words[0].equals("ann") ? ann : bob;
      WsClient client = socket(one, "", token);
      present(client, words[1], "true");
      assertEquals(words[2], client.next("error").path("code").asText(), row);
      Answer answer = get(two, "/api/v1/presence/" + words[1], token);
      assertEquals(Integer.parseInt(words[3]), answer.status(), row);
      if (answer.status() == 400) assertEquals("topic", answer.fields());
    }
    assertEquals(0, get(one, "/api/v1/presence/hidden.1", ADMIN).json().path("count").asInt(-1));
    assertEquals(0, get(one, "/api/v1/presence/routing", ann).json().path("count").asInt(-1));
  }

  @Test
  void membersOfATeamSeeEachOtherUntilTheRulesChange() throws Exception {
    WsClient client = socket(one, "", ann);
    present(client, "room.red", "true");
    assertEquals(Set.of("ann"), users(client.next("presence")));
    present(client, "team.red", "true");
    assertEquals("team.red", client.next("presence").path("topic").asText());
    present(client, "routing", "true");
    assertEquals("routing", client.next("presence").path("topic").asText());
    String without = RULES.replace(", \"presence\": \"team:{id}\"", "");
    one.streamRules(StreamRules.parse(without));
    JsonNode error = client.next("error");
    assertEquals("forbidden", error.path("code").asText());
    assertEquals("presence", error.path("field").asText());
    assertEquals("room.red", error.path("topic").asText());
    assertEquals(Set.of(), awaitUsers(two, "room.red", ann, 0));
  }

  @Test
  void aWrongMemberIsNamedAndChangesNothing() throws Exception {
    WsClient client = socket(one, "", ann);
    present(client, "doc.1", "{\"state\":\"before\"}");
    client.next("presence");
    for (String row :
        List.of(
            "'topic':7|topic",
            "'topic':''|topic",
            "'data':{}|topic",
            "'topic':'doc.2'|topic",
            "'topic':'doc.1','present':'yes'|present",
            "'topic':'doc.1','data':7|data",
            "'topic':'doc.1','data':[]|data",
            "'topic':'doc.1','data':{'name':7}|data.name",
            "'topic':'doc.1','data':{'name':''}|data.name",
            "'topic':'doc.1','data':{'name':'LARGE'}|data.name",
            "'topic':'doc.1','data':{'color':'red'}|data.color",
            "'topic':'doc.1','data':{'color':'#a03c2'}|data.color",
            "'topic':'doc.1','data':{'state':'LARGE'}|data.state",
            "'topic':'doc.1','data':{'state':'a\\nb'}|data.state",
            "'topic':'doc.1','data':{'cursor':1}|data.cursor")) {
      String[] parts = row.split("\\|");
      client.send(
          "{\"type\":\"presence\",\"id\":\"r1\",%s}"
              .formatted(parts[0].replace('\'', '"').replace("LARGE", "x".repeat(81))));
      JsonNode error = client.next("error");
      assertEquals("invalid", error.path("code").asText(), error::toString);
      assertEquals(parts[1], error.path("field").asText(), error::toString);
      assertEquals("r1", error.path("id").asText());
    }
    JsonNode list = get(one, "/api/v1/presence/doc.1", ann).json();
    assertEquals("before", list.at("/users/0/data/state").asText());
    assertEquals(0, get(one, "/api/v1/presence/doc.2", ann).json().path("count").asInt(-1));
  }

  @Test
  void aWrongOptionIsNamedAndNothingIsSubscribed() {
    WsClient client = socket(one, "", ann);
    for (String row :
        List.of(
            "7|presence",
            "\"yes\"|presence",
            "{\"name\":7}|presence.name",
            "{\"color\":\"red\"}|presence.color",
            "{\"x\":1}|presence.x")) {
      String[] parts = row.split("\\|");
      present(client, "doc.1", parts[0]);
      JsonNode error = client.next("error");
      assertEquals("invalid", error.path("code").asText(), error::toString);
      assertEquals(parts[1], error.path("field").asText(), error::toString);
    }
    client.send("{\"type\":\"state\"}");
    assertEquals(0, client.next("state").path("topics").size());
  }

  @Test
  void tooManyChangesAndTopicsAreRefused() {
    WsClient client = socket(one, "", ann);
    present(client, "doc.1", "true");
    client.next("presence");
    for (int n = 0; n < 12; n++) {
      client.send(
          "{\"type\":\"presence\",\"topic\":\"doc.1\",\"data\":{\"state\":\"%d\"}}".formatted(n));
    }
    assertEquals("too_fast", client.next("error").path("code").asText());
    WsClient other = socket(one, "", bob);
    for (int n = 0; n < 21; n++) present(other, "doc.n" + n, "true");
    JsonNode error = other.next("error");
    assertEquals("too_many_topics", error.path("code").asText());
    assertEquals("doc.n20", error.path("topic").asText());
  }

  @Test
  void requestsForWhatIsNoTopicAreRefused() throws Exception {
    assertEquals(404, get(one, "/api/v1/presence/no%20topic", ann).status());
    assertEquals("topic", get(one, "/api/v1/presence/" + "x".repeat(513), ann).fields());
    assertEquals("limit", get(one, "/api/v1/presence/doc.1?limit=1", ann).fields());
  }

  private static String http(Boardcast node) {
    return "http://127.0.0.1:" + node.httpPort() + "/api/v1/stream";
  }

  private static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private static void present(WsClient client, String topic, String option) {
    client.send(
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"%s\",\"presence\":%s}]}"
            .formatted(topic, option));
  }

  /** The next change that has somebody in this member. */
  private static JsonNode awaitChange(WsClient client, String member) {
    while (true) {
      JsonNode change = client.next("presence_change");
      if (!change.path(member).isEmpty()) return change;
    }
  }

  /** Asks until there are as many. */
  private Set<String> awaitUsers(Boardcast node, String topic, String token, int count)
      throws Exception {
    long end = System.nanoTime() + WsClient.TIMEOUT.toNanos();
    while (true) {
      JsonNode list = get(node, "/api/v1/presence/" + topic, token).json();
      if (list.path("count").asInt(-1) == count) return users(list);
      assertTrue(System.nanoTime() < end, list::toString);
    }
  }

  private static Set<String> users(JsonNode list) {
    var names = new TreeSet<String>();
    list.path("users").forEach(each -> names.add(each.path("user").asText()));
    return names;
  }
}
