package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonMappingException;
import dev.boardcast.spi.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  record Said(String text) {}

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "a\\u0000b", "\\ud83d", "\\ude00", "\\ude00\\ud83d"})
  void rejectsTextThatPostgresCannotStore(String escaped) {
    assertThrows(JsonMappingException.class, () -> read(escaped));
  }

  @Test
  void acceptsAnyOtherText() throws Exception {
    assertEquals("é\n😀\u0001", read("é\\n\\ud83d\\ude00\\u0001").text());
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "1.5", "true", "[]", "{}"})
  void rejectsOtherTypesAsText(String json) {
    assertThrows(
        JsonMappingException.class,
        () -> Json.MAPPER.readValue("{\"text\":" + json + "}", Said.class));
  }

  private static Said read(String escaped) throws Exception {
    return Json.MAPPER.readValue("{\"text\":\"" + escaped + "\"}", Said.class);
  }
}
