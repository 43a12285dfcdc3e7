package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFilterTest {
  private static final String DATA =
      "{'amount':100.0,'to':'DE','at':'2025-11-16T12:00:00.000Z','paid':true,'none':null,"
          + "'tags':['a','b'],'by':{'gpt-4.1':2}}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'placed'} | true",
        "{'type':['paid','placed']} | true",
        "{'type':'paid'} | false",
        "{'data':{'amount':{'eq':100}}} | true",
        "{'data':{'amount':{'gt':100}}} | false",
        "{'data':{'amount':{'gte':1e2,'lt':100.5}}} | true",
        "{'data':{'amount':{'lte':99.99}}} | false",
        "{'data':{'amount':{'gte':'0'}}} | false",
        "{'data':{'to':{'in':['FR','DE']}}} | true",
        "{'data':{'to':{'in':['FR',7]}}} | false",
        "{'data':{'to':{'ne':'DE'}}} | false",
        "{'data':{'at':{'gte':'2025-11-16'}}} | true",
        "{'data':{'at':{'lt':'2025-11-16'}}} | false",
        "{'data':{'paid':{'eq':true}}} | true",
        "{'data':{'paid':{'eq':'true'}}} | false",
        "{'data':{'none':{'eq':null}}} | true",
        "{'data':{'missing':{'eq':null}}} | false",
        "{'data':{'missing':{'ne':1}}} | true",
        "{'data':{'missing':{'lt':1}}} | false",
        "{'data':{'tags':{'eq':'a'}}} | false",
        "{'data':{'/tags/1':{'eq':'b'}}} | true",
        "{'data':{'/by/gpt-4.1':{'gt':1}}} | true",
        "{'type':'placed','data':{'amount':{'gt':100}}} | false",
        "{'type':'paid','data':{'amount':{'eq':100}}} | false",
      })
  void anEventPassesIfEachConditionIsMet(String where, boolean passes) {
    JsonNode data = tree(DATA);
    assertEquals(passes, filter(where).matches("placed", () -> data));
  }

  @Test
  void dataIsNotReadWhereTheTypeIsNotWanted() {
    filter("{'type':'paid','data':{'a':{'eq':1}}}").matches("placed", () -> fail("read"));
    filter("{'type':'placed'}").matches("placed", () -> fail("read"));
  }

  @Test
  void theSameConditionsAreTheSameFilter() {
    assertEquals(
        filter("{'type':['a','b'],'data':{'a':{'eq':1},'b.c':{'gt':2,'lt':5}}}"),
        filter("{'data':{'/b/c':{'lt':5,'gt':2},'a':{'eq':1}},'type':['b','a']}"));
  }

  @Test
  void aFilterIsBounded() {
    assertEquals("where.type", refused("{'type':[" + list(21) + "]}"));
    assertEquals("where.data", refused("{'data':{'a':{'in':[" + list(21) + "]}}}"));
    String nine =
        IntStream.range(0, 9)
            .mapToObj(n -> "'a" + n + "':{'eq':1}")
            .collect(Collectors.joining(","));
    assertEquals("where.data", refused("{'data':{" + nine + "}}"));
    String tooLong = "x".repeat(201);
    assertEquals("where.type", refused("{'type':'" + tooLong + "'}"));
    assertEquals("where.data", refused("{'data':{'a':{'eq':'" + tooLong + "'}}}"));
    assertEquals("where.data", refused("{'data':{'" + tooLong + "':{'eq':1}}}"));
  }

  private static String list(int size) {
    return IntStream.range(0, size).mapToObj(n -> "'t" + n + "'").collect(Collectors.joining(","));
  }

  private static String refused(String where) {
    return assertThrows(InvalidOption.class, () -> filter(where)).field();
  }

  private static EventFilter filter(String where) {
    return EventFilterReader.read(tree(where));
  }

  private static JsonNode tree(String text) {
    try {
      return Json.MAPPER.readTree(text.replace('\'', '"'));
    } catch (Exception notJson) {
      throw new AssertionError(notJson);
    }
  }
}
