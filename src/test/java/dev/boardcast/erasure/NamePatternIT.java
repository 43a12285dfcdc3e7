package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a name is found in texts, by PostgreSQL. */
class NamePatternIT {
  private final Sql sql = new Sql(Services.get().freshDatabase().postgresUri());

  @Test
  void aNameIsFoundAsAWholeTextInJsonAndBehindUser() throws Exception {
    var expected = new LinkedHashMap<String, String>();
    expected.put("ann", "X");
    expected.put("user.ann", "user.X");
    expected.put("user:ann", "user:X");
    expected.put("ann\u001fid-1", "X\u001fid-1");
    expected.put(
        "{\"ann\":1,\"by\":\"ann\",\"s\":[\"user.ann\"]}",
        "{\"X\":1,\"by\":\"X\",\"s\":[\"user.X\"]}");
    for (String other :
        new String[] {"call ann", "joanna", "ann@example.org", "{\"a\":\"call ann\"}"}) {
      expected.put(other, other);
    }
    assertReplaced("ann", false, expected);
  }

  @Test
  void aNameIsFoundAsAWord() throws Exception {
    var expected = new LinkedHashMap<String, String>();
    expected.put("ann", "X");
    expected.put("call ann.", "call X.");
    expected.put("costByUser.ann", "costByUser.X");
    expected.put("board?customer=ann&x=1", "board?customer=X&x=1");
    expected.put("ann, (ann) \"ann\"", "X, (X) \"X\"");
    for (String other :
        new String[] {"joanna", "ann@example.org", "ann.smith", "bob-ann", "ann_1", "Ann"}) {
      expected.put(other, other);
    }
    assertReplaced("ann", true, expected);
  }

  @Test
  void specialCharactersMeanThemselves() throws Exception {
    assertReplaced("a.b", true, Map.of("a.b", "X", "axb", "axb"));
    assertReplaced("o\"b\\c", true, Map.of("{\"u\":\"o\\\"b\\\\c\"}", "{\"u\":\"X\"}"));
    assertReplaced("m@x.org", true, Map.of("b?c=m%40x.org", "b?c=X", "to m@x.org!", "to X!"));
    assertReplaced("jürg (1)*", true, Map.of("by jürg (1)*", "by X"));
    assertReplaced("x|y{2}[^z]$", false, Map.of("x|y{2}[^z]$", "X", "x", "x"));
  }

  private void assertReplaced(String name, boolean asWord, Map<String, String> expected)
      throws Exception {
    String regex = new NamePattern(name).regex(asWord);
    try (var connection = sql.connect();
        var replace = connection.prepareStatement("SELECT regexp_replace(?, ?, '\\1X', 'g')")) {
      for (var each : expected.entrySet()) {
        replace.setString(1, each.getKey());
        replace.setString(2, regex);
        try (var row = replace.executeQuery()) {
          row.next();
          assertEquals(each.getValue(), row.getString(1), each.getKey());
        }
      }
    }
  }
}
