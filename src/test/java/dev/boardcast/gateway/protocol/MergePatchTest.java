package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':1} | {'a':1} | {}",
        "{'a':1,'b':2} | {'a':1,'b':3} | {'b':3}",
        "{'a':1,'b':2} | {'a':1} | {'b':null}",
        "{'a':{'b':1,'c':2}} | {'a':{'b':1,'c':3}} | {'a':{'c':3}}",
        "{'a':{'b':1}} | {'a':{}} | {'a':{'b':null}}",
        "{'a':[1,2]} | {'a':[1,3]} | {'a':[1,3]}",
        "{'a':[1]} | {'a':[null,{'b':null}]} | {'a':[null,{'b':null}]}",
        "{'a':1} | {'a':{'b':1}} | {'a':{'b':1}}",
        "{'a':{'b':1}} | {'a':1} | {'a':1}",
        "{'a':null,'b':1} | {'a':null,'b':2} | {'b':2}",
        "{'a':null} | {'a':1} | {'a':1}",
        "{'a':null} | {} | {'a':null}",
        "{'a':1} | {'a':null} | none",
        "{} | {'a':null} | none",
        "{} | {'a':{'b':{'c':null}}} | none",
        "{'a':{'b':1}} | {'a':{'b':null}} | none",
        "{'a':[1]} | {'a':{'b':null}} | none",
      })
  void aPatchIsTheSmallestOneAndNoneSetsNull(String from, String to, String patch) {
    var made = MergePatch.between(object(from), object(to)).map(ObjectNode::toString);
    assertEquals(patch.replace('\'', '"'), made.orElse("none"));
  }

  private static ObjectNode object(String text) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
    } catch (Exception notJson) {
      throw new AssertionError(notJson);
    }
  }
}
