package dev.boardcast.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.spi.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OffsetTest {
  @Test
  void anOffsetIsReadAsItWasWritten() {
    var offset = new Offset("a1b2c3d4", 1234567890123L);

    assertEquals("a1b2c3d4:1234567890123", offset.toString());
    assertEquals(offset, Offset.parse(offset.toString()));
  }

  @Test
  void anOffsetIsAStringInJson() throws Exception {
    var offset = new Offset("a1b2c3d4", 0);

    assertEquals("\"a1b2c3d4:0\"", Json.encode(offset));
    assertEquals(offset, Json.MAPPER.readValue("\"a1b2c3d4:0\"", Offset.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "7",
        "a1:",
        ":7",
        "a1:-7",
        "a1:07",
        "a1:+7",
        "a1:7 ",
        "a 1:7",
        "a1:7:7",
        "a1:٧",
        "a1:9999999999999999999",
        "abcdefghijklmnopqrstuvwxyz0123456789:1"
      })
  void invalidTextIsNotAnOffset(String text) {
    assertThrows(IllegalArgumentException.class, () -> Offset.parse(text));
  }
}
