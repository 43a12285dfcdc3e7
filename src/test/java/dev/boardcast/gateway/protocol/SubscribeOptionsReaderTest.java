package dev.boardcast.gateway.protocol;

import static dev.boardcast.engine.ComparedWith.WEEK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.Problem;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options of topics, in messages and in queries: a wrong one is named and refuses the message. */
class SubscribeOptionsReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'interval_ms':-1 | interval_ms",
        "'interval_ms':3600001 | interval_ms",
        "'interval_ms':1.5 | interval_ms",
        "'interval_ms':'1' | interval_ms",
        "'interval_ms':99999999999 | interval_ms",
        "'latest':1 | latest",
        "'latest':'true' | latest",
        "'fields':[] | fields",
        "'fields':'a' | fields",
        "'fields':['a',7] | fields",
        "'fields':[''] | fields",
        "'fields':['a..b'] | fields",
        "'fields':['.a'] | fields",
        "'fields':['/a~'] | fields",
        "'fields':['/a~2'] | fields",
        "'fields':[['a']] | fields",
        "'fields':{'a':true} | fields",
        "'deltas':1 | deltas",
        "'compare':1 | compare",
        "'compare':'' | compare",
        "'compare':'Week' | compare",
        "'compare':['week'] | compare",
        "'where':[] | where",
        "'where':{} | where",
        "'where':{'types':'a'} | where",
        "'where':{'type':[7]} | where.type",
        "'where':{'type':null} | where.type",
        "'where':{'data':[]} | where.data",
        "'where':{'data':{'':{'eq':1}}} | where.data",
        "'where':{'data':{'a':{}}} | where.data",
        "'where':{'data':{'a':{'EQ':1}}} | where.data",
        "'where':{'data':{'a':{'lt':true}}} | where.data",
        "'where':{'data':{'a':{'in':'x'}}} | where.data",
        "'where':{'data':{'a':{'eq':[1]}}} | where.data",
      })
  void aWrongOptionIsNamed(String option, String field) {
    String topic = "{'topic':'routing'," + option + "}";
    var refused =
        (ClientMessage.Invalid)
            MessageReader.read(json("{'type':'subscribe','topics':['news'," + topic + "]}"));
    assertEquals(field, refused.field());
    assertEquals("routing", refused.topic());
    var problem =
        assertThrows(Problem.class, () -> TopicRequestReader.parse(json("[" + topic + "]")));
    assertEquals("subscribe." + field, problem.errors().get(0).field());
    assertEquals(refused.expected(), problem.errors().get(0).expected());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{}", "[]", "[7]", "[{}]", "[{'topic':7}]", "nonsense", "[{'topic':'a','since':7}]"})
  void aQueryThatIsNoListOfTopicsIsNamed(String text) {
    var problem = assertThrows(Problem.class, () -> TopicRequestReader.parse(json(text)));
    assertEquals("subscribe", problem.errors().get(0).field());
  }

  @Test
  void absentAndNullOptionsAreNone() {
    assertTrue(options("'topic':'a'").isNone());
    assertTrue(options("'topic':'a','fields':null,'latest':null,'interval_ms':null").isNone());
    assertTrue(options("'topic':'a','interval_ms':0,'latest':false,'unknown':7").isNone());
  }

  @Test
  void optionsAreRead() {
    assertEquals(
        new SubscribeOptions(250, true, FieldSelection.of(List.of("b.c", "a")), null, true, WEEK),
        options(
            "'topic':'a','interval_ms':250,'latest':true,'deltas':true,'compare':'week','fields':['a','/b/c','/b/c/d']"));
  }

  @Test
  void aListHasAtMostFiftyFields() {
    List<String> fields = IntStream.range(0, 51).mapToObj(n -> "a" + n).toList();
    assertTrue(FieldSelection.isValid(fields.subList(0, 50)));
    assertFalse(FieldSelection.isValid(fields));
    assertFalse(FieldSelection.isValid(List.of("a".repeat(201))));
  }

  private static SubscribeOptions options(String members) {
    return TopicRequestReader.parse(json("[{" + members + "}]")).get(0).options();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
