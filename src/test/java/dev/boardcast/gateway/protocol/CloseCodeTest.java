package dev.boardcast.gateway.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Other tests compare the documents with the table. */
class CloseCodeTest {
  private static final Pattern ROW = Pattern.compile("(?m)^ {2}(\\d{4}): (\\w+), // (.*)$");

  @Test
  void theJavaScriptClientHasTheSameTable() throws IOException {
    Map<String, String> advice = new TreeMap<>();
    Map<String, String> reasons = new TreeMap<>();
    try (var rules = getClass().getResourceAsStream("/dev/boardcast/web/client/rules.js")) {
      String text = new String(rules.readAllBytes(), StandardCharsets.UTF_8);
      for (MatchResult row : ROW.matcher(text).results().toList()) {
        advice.put(row.group(1), row.group(2));
        reasons.put(row.group(1), row.group(3).replaceFirst(":.*", ""));
      }
    }
    Map<String, String> expected = new TreeMap<>();
    Map<String, String> expectedReasons = new TreeMap<>();
    for (CloseCode code : CloseCode.values()) {
      expected.put(Integer.toString(code.number()), code.reconnect().name());
      expectedReasons.put(Integer.toString(code.number()), code.reason());
    }
    assertEquals(expected, advice);
    assertEquals(expectedReasons, reasons);
  }
}
