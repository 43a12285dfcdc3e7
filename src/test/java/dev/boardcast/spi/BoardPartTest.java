package dev.boardcast.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BoardPartTest {
  /** The same cases as those of the JavaScript client. */
  private static final Path CASES = Path.of("src/test/resources/boards/names.json");

  @Test
  void aPartHasOneNameWhichSaysItsValues() throws Exception {
    for (JsonNode each : Json.MAPPER.readTree(Files.readString(CASES))) {
      var values = new TreeMap<String, String>();
      each.get("values")
          .properties()
          .forEach(one -> values.put(one.getKey(), one.getValue().asText()));
      var part = new BoardPart(each.get("board").asText(), values);
      assertEquals(each.get("name").asText(), part.name());
      assertEquals(Optional.of(part), BoardPart.parse(part.name()));
    }
  }

  @Test
  void otherSpellingsMeanTheSamePart() {
    var part = BoardPart.of("sales", Map.of("site", "a b", "team", "7"));
    for (String other :
        List.of("sales?team=7&site=a+b", "sales?site=%61%20b&team=7", "sales?team=7&site=a b")) {
      assertEquals("sales?site=a%20b&team=7", BoardPart.parse(other).orElseThrow().name(), other);
      assertEquals(Optional.of(part), BoardPart.parse(other));
    }
    assertEquals("sales", BoardPart.parse("sales").orElseThrow().name());
    assertEquals("sales", BoardPart.whole("sales?site=7"));
  }

  @Test
  void whatIsNoNameHasNoValues() {
    for (String wrong :
        List.of(
            "sales?",
            "sales?site",
            "sales?=7",
            "sales?site=7&",
            "sales?site=7&site=7",
            "sales?site=7&s%69te=8",
            "sales?site=%",
            "sales?site=%zz",
            "sales?site=" + "x".repeat(BoardPart.MAX_NAME))) {
      assertEquals(Optional.empty(), BoardPart.parse(wrong), wrong);
    }
  }

  @Test
  void aValueHasOneSpelling() {
    assertEquals(
        "[7, -8, 0, none, none, none]",
        read(BoardParameter.Type.INTEGER, "007", "-8", "-0", "1e3", "", "9".repeat(19)));
    assertEquals("[true, none]", read(BoardParameter.Type.BOOLEAN, "true", "TRUE"));
    assertEquals(
        "[0e4c0f0a-1111-4222-8333-abcdefabcdef, none]",
        read(
            BoardParameter.Type.UUID,
            "0E4C0F0A-1111-4222-8333-ABCDEFABCDEF",
            "0E4C0F0A11114222-8333-ABCDEFABCDEF"));
    assertEquals(
        "[ a , none, none, none]", read(BoardParameter.Type.TEXT, " a ", "", "a\0", "\ud800"));
    assertEquals("[none]", read(BoardParameter.Type.TEXT, "ü".repeat(101)));
  }

  private static String read(BoardParameter.Type type, String... texts) {
    var parameter = new BoardParameter("site", type, Optional.empty(), false);
    return Arrays.stream(texts)
        .map(text -> parameter.canonical(text).orElse("none"))
        .toList()
        .toString();
  }
}
