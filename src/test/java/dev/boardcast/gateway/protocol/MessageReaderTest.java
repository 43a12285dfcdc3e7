package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageReaderTest {
  @Test
  void topicsAreNamesOrNamesWithAnOffset() {
    var message =
        MessageReader.read(
            """
            {"type":"subscribe","topics":["routing",{"topic":"team.7","since":"e:4"},
             {"topic":"x","since":null}]}""");
    assertEquals(
        new ClientMessage.Subscribe(
            List.of(
                new TopicRequest("routing", null),
                new TopicRequest("team.7", "e:4"),
                new TopicRequest("x", null))),
        message);
  }

  @Test
  void theOtherMessagesAreRead() {
    assertEquals(
        new ClientMessage.Unsubscribe(List.of("a")),
        MessageReader.read("{\"type\":\"unsubscribe\",\"topics\":[\"a\"]}"));
    assertEquals(new ClientMessage.Ping(), MessageReader.read("{\"type\":\"ping\"}"));
    assertEquals(
        new ClientMessage.Auth("t"), MessageReader.read("{\"type\":\"auth\",\"token\":\"t\"}"));
  }

  @Test
  void unknownMembersAreIgnored() {
    assertEquals(
        MessageReader.read("{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"a\"}]}"),
        MessageReader.read(
            """
            {"type":"subscribe","deltas":true,"id":{},
             "topics":[{"topic":"a","from":4,"for":{"site":"7"}}]}"""));
    assertEquals(new ClientMessage.Ping(), MessageReader.read("{\"type\":\"ping\",\"extra\":[1]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"later\"} | null",
        "{\"type\":\"PING\",\"id\":null} | null",
        "{\"type\":\"\",\"id\":\"a\"} | \"a\"",
        "{\"type\":\"later\",\"id\":7} | 7",
        "{\"type\":\"later\",\"id\":7.5} | null",
        "{\"type\":\"later\",\"id\":[1]} | null",
      })
  void messagesOfAnUnknownTypeAreKnownByTheirId(String text, String id) {
    var unknown = (ClientMessage.Unknown) MessageReader.read(text);
    assertEquals(id, String.valueOf(unknown.id()));
    String tooLong = "\"" + "x".repeat(129) + "\"";
    unknown = (ClientMessage.Unknown) MessageReader.read("{\"type\":\"x\",\"id\":" + tooLong + "}");
    assertNull(unknown.id());
  }

  @Test
  void aTokenDoesNotShowInText() {
    assertFalse(new ClientMessage.Auth("secret").toString().contains("secret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello | message",
        "`` | message",
        "[] | message",
        "null | message",
        "\"ping\" | message",
        "{\"type\":\"ping\"} x | message",
        "{\"type\":\"ping\",\"type\":\"ping\"} | message",
        "{\"type\":\"ping\" | message",
        "{} | type",
        "{\"type\":7} | type",
        "{\"type\":null} | type",
        "{\"type\":\"subscribe\"} | topics",
        "{\"type\":\"subscribe\",\"topics\":\"a\"} | topics",
        "{\"type\":\"subscribe\",\"topics\":[]} | topics",
        "{\"type\":\"subscribe\",\"topics\":[1]} | topics",
        "{\"type\":\"subscribe\",\"topics\":[[\"a\"]]} | topics",
        "{\"type\":\"subscribe\",\"topics\":[{}]} | topic",
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":3}]} | topic",
        "{\"type\":\"subscribe\",\"topics\":[{\"topic\":\"a\",\"since\":4}]} | since",
        "{\"type\":\"unsubscribe\",\"topics\":[{\"topic\":\"a\"}]} | topics",
        "{\"type\":\"auth\"} | token",
        "{\"type\":\"auth\",\"token\":\"\"} | token",
        "{\"type\":\"auth\",\"token\":{}} | token",
      })
  void malformedMessagesNameTheField(String text, String field) {
    var malformed = assertThrows(MalformedMessage.class, () -> MessageReader.read(text));
    assertTrue(malformed.getMessage().startsWith(field + ":"), malformed.getMessage());
  }
}
