package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.spi.BoardPart;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RulePartTest {
  private static RulePart part(Map<String, String> values) {
    return new RulePart(BoardPart.of("sales", values));
  }

  @Test
  void thePatternFitsNamesOfPartsAsTheyAreEncoded() {
    assertEquals("sales?site=7", part(Map.of("site", "7")).pattern());
    assertEquals("sales?site=%", part(Map.of("site", "*")).pattern());
    assertEquals(
        "sales?a=\\%25\\_&b=%&c=x*", part(Map.of("c", "x*", "a", "%_", "b", "*")).pattern());
  }

  @Test
  void aKeyNamesPartAndMetricWhereAnyNumberOfPartsIsWatched() {
    RulePart each = part(Map.of("site", "*"));
    assertTrue(each.isMany());
    assertEquals("site=a%20b x", each.stateKey(each.valuesIn("sales?site=a%20b"), "x"));
    assertEquals("x y", each.metricKey("site=7 x y"));
    assertEquals("", each.metricKey("site=7"));
    assertEquals("a b", each.partOf("site=a%20b x").values().get("site"));
    RulePart one = part(Map.of("site", "7"));
    assertFalse(one.isMany());
    assertEquals("x y", one.metricKey(one.stateKey("site=7", "x y")));
    assertTrue(part(Map.of()).isWhole());
  }
}
