package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages of type history and state: none of them can close the session by its members. */
class HistoryReaderTest {
  @Test
  void itsMembersAreTheParametersOfTheHttpApi() {
    var read =
        (ClientMessage.History)
            MessageReader.read(
                "{'type':'history','topic':'routing','metric':['a','b'],'from':'x','limit':7,'id':1}"
                    .replace('\'', '"'));
    assertEquals("routing", read.topic());
    assertEquals(List.of("a", "b"), read.parameters().getAll("metric"));
    assertEquals("x", read.parameters().get("from"));
    assertEquals("7", read.parameters().get("limit"));
    assertEquals(1, read.id().intValue());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"history\"} | topic",
        "{\"type\":\"history\",\"topic\":7} | topic",
        "{\"type\":\"history\",\"topic\":\"\"} | topic",
        "{\"type\":\"history\",\"topic\":[\"t\"]} | topic",
        "{\"type\":\"history\",\"topic\":\"t\",\"after\":1} | after",
        "{\"type\":\"history\",\"topic\":\"t\",\"before\":{}} | before",
        "{\"type\":\"history\",\"topic\":\"t\",\"from\":\"\"} | from",
        "{\"type\":\"history\",\"topic\":\"t\",\"limit\":\"7\"} | limit",
        "{\"type\":\"history\",\"topic\":\"t\",\"limit\":1.5} | limit",
        "{\"type\":\"history\",\"topic\":\"t\",\"limit\":99999999999} | limit",
        "{\"type\":\"history\",\"topic\":\"t\",\"metric\":{}} | metric",
        "{\"type\":\"history\",\"topic\":\"t\",\"metric\":[\"a\",1]} | metric",
      })
  void aMemberOfTheWrongTypeIsNamed(String text, String field) {
    assertEquals(field, ((ClientMessage.Invalid) MessageReader.read(text)).field());
  }

  @Test
  void aRequestForTheStateMayHaveAnId() {
    assertEquals(
        "\"a\"",
        ((ClientMessage.State) MessageReader.read("{\"type\":\"state\",\"id\":\"a\"}"))
            .id()
            .toString());
    assertEquals(
        new ClientMessage.State(null), MessageReader.read("{\"type\":\"state\",\"id\":{}}"));
  }
}
