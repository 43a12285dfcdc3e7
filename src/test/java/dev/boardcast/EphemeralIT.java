package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.SseClient;
import dev.boardcast.testing.WsClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that are not stored reach subscribers of all nodes, and leave no trace. */
class EphemeralIT extends TwoNodesCase {
  private static final String RULES =
      """
      [{"streams": "chat.*", "subscribe": "public", "publish": "authenticated"},
       {"streams": "log.*", "subscribe": "public", "publish": "authenticated",
        "messages": "durable"}]""";
  private static final String PATH = "/api/v1/streams/chat.1/events";

  private final String ann = Person.of("ann").token();

  EphemeralIT() {
    super(RULES);
  }

  @Test
  void aMessageReachesOthersOnEveryNodeAndTransportAndIsNotStored() throws Exception {
    WsClient sender = follower(one, ann);
    WsClient here = follower(one, ann);
    WsClient there = follower(two, ann);
    SseClient stream = stream(two, "chat.1", ann);
    stream.next("subscribed");

    sender.send(message("\"key\":\"k\","));

    for (WsClient client : new WsClient[] {here, there}) {
      JsonNode got = client.next("typing");
      assertEquals("chat.1", got.path("topic").asText());
      assertEquals(1, got.at("/data/n").asInt());
      assertEquals("k", got.path("key").asText());
      assertTrue(got.path("ephemeral").asBoolean() && !got.has("offset"), got::toString);
    }
    var got = stream.next("typing");
    assertTrue(got.data().path("ephemeral").asBoolean());
    sender.send("{\"type\":\"ping\"}");
    assertEquals("pong", WsClient.type(sender.next()), "neither an answer nor the own message");
    sender.send(message("\"id\":\"m1\","));
    assertEquals("m1", sender.next("published").path("id").asText());
    assertEquals(0, get(one, PATH, ann).json().path("events").size());
  }

  @Test
  void overHttpToo() throws Exception {
    WsClient there = follower(two, ann);
    String body = "{\"type\":\"typing\",\"data\":{\"n\":1},\"durable\":false,\"key\":\"k\"}";
    assertEquals(201, post(one, PATH, ann, body).status());
    assertTrue(there.next("typing").path("ephemeral").asBoolean());
    String both =
        "[{\"type\":\"typing\",\"data\":{},\"durable\":false},{\"type\":\"line\",\"data\":{\"n\":2}}]";
    assertEquals(2, post(one, PATH, ann, both).json().path("accepted").asInt());
    there.next("line");
    assertEquals(1, get(one, PATH, ann).json().path("events").size());
    assertEquals("key", post(one, PATH, ann, body.replace("false", "true")).fields());
    assertEquals("durable", post(one, "/api/v1/streams/log.1/events", ann, body).fields());
    String large = body.replace("\"n\":1", "\"n\":\"" + "x".repeat(4_100) + "\"");
    assertEquals("data", post(one, PATH, ann, large).fields());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "chat.1|\"data\":{},\"durable\":\"no\"|invalid|durable",
        "chat.1|\"data\":{},\"durable\":true,\"id\":\"m\",\"key\":\"k\"|invalid|key",
        "chat.1|\"data\":{},\"durable\":false,\"key\":\"\"|invalid|key",
        "chat.1|\"data\":{},\"durable\":false,\"key\":7|invalid|key",
        "chat.1|\"data\":{\"n\":\"LARGE\"},\"durable\":false|too_large|data",
        "log.1|\"data\":{},\"durable\":false|invalid|durable",
        "tasks|\"data\":{},\"durable\":false|forbidden|",
        "other|\"data\":{},\"durable\":false|forbidden|",
      })
  void aWrongMessageIsRefusedAndReachesNobody(
      String topic, String members, String code, String field) {
    WsClient there = follower(two, ann);
    WsClient sender = socket(one, "", ann);
    sender.send(
        "{\"type\":\"publish\",\"topic\":\"%s\",\"event_type\":\"typing\",%s}"
            .formatted(topic, members.replace("LARGE", "x".repeat(4_100))));
    JsonNode error = sender.next("error");
    assertEquals(code, error.path("code").asText(), error::toString);
    assertEquals(field == null ? "" : field, error.path("field").asText(), error::toString);
    sender.send(message(""));
    assertEquals(1, there.next("typing").at("/data/n").asInt());
  }

  private static String message(String more) {
    return ("{\"type\":\"publish\",\"topic\":\"chat.1\",\"event_type\":\"typing\",%s"
            + "\"data\":{\"n\":1},\"durable\":false}")
        .formatted(more);
  }
}
