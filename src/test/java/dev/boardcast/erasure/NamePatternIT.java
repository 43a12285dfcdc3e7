package dev.boardcast.erasure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a name is found in texts and in JSON, by PostgreSQL. */
class NamePatternIT {
  private static final boolean TEXTS = true;
  private static final boolean NO_TEXTS = false;
  private static final String UUID = "7e2b8b4e-3a6b-4c5e-9d1f-0a1b2c3d4e5f";

  private final Sql sql = new Sql(Services.get().freshDatabase().postgresUri());
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    connection = sql.connect();
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  @Test
  void aValueIsTheNameAsAWholeOrBehindUser() throws Exception {
    assertReplaced(
        "value", "ann", NO_TEXTS, "ann", "X", "user.ann", "user.X", "user:ann", "user:X");
    assertKept("value", "ann", NO_TEXTS, "call ann", "joanna", "team.ann", "user.anna");
  }

  @Test
  void inTextsANameIsAWord() throws Exception {
    for (String kind : new String[] {"text", "value"}) {
      assertReplaced(
          kind, "ann", TEXTS, "ask ann", "ask X", "ann's, (ann) \"ann\"", "X's, (X) \"X\"");
      assertReplaced(kind, "ann", TEXTS, "call ann.", "call X.", "by/ann/7", "by/X/7");
      assertKept(kind, "ann", TEXTS, "anna", "joanna", "ann@example.org", "ann.smith", "Ann");
      assertKept(kind, "ann", TEXTS, "bob-ann", "ann_1");
    }
    assertKept("text", "ann", NO_TEXTS, "ann", "ask ann");
  }

  @Test
  void partsOfWordsAreTheUserIfNothingElseIsCalledSo() throws Exception {
    assertReplaced(
        "text",
        "m@x.org",
        TEXTS,
        "order-m@x.org-17",
        "order-X-17",
        "m@x.org_2",
        "X_2",
        "m@x.org",
        "X");
    assertKept("text", "m@x.org", TEXTS, "m@x.org.uk", "tim@x.org", "m@x.organ");
    assertReplaced("other", UUID, TEXTS, "of " + UUID + "-1", "of X-1");
    assertReplaced("other", "m@x.org", TEXTS, "content m@x.org", "content X");
    assertKept("other", "ann", TEXTS, "ann", "of ann");
    assertKept("other", "m@x.org", NO_TEXTS, "m@x.org");
  }

  @Test
  void whatIsNamedLikeAUserKeepsItsName() throws Exception {
    assertReplaced("stream", "red", TEXTS, "user.red", "user.X");
    assertKept("stream", "red", TEXTS, "red", "team.red", "chat.red");
    assertReplaced(
        "target", "red", TEXTS, "team:red user:red role:owner", "team:red user:X role:owner");
    assertReplaced("target", "red", TEXTS, "user:red", "user:X", "key:red:day", "key:X:day");
    assertKept("target", "red", TEXTS, "team:red", "red", "team:red:day");
    assertReplaced("metric", "red", TEXTS, "cost_by_user.red", "cost_by_user.X");
    assertKept("metric", "red", TEXTS, "cost_by_team.red", "red", "cost_by_providers.red");
    assertReplaced("part", "m@x.org", NO_TEXTS, "b?c=m%40x.org&d=1", "b?c=X&d=1");
    assertKept("part", "red", TEXTS, "red", "b?team=red", "red?a=1");
    assertReplaced("origin", "ann", NO_TEXTS, "ann\u001fid-1", "X\u001fid-1");
  }

  @Test
  void specialCharactersMeanThemselves() throws Exception {
    assertReplaced("text", "a.b", TEXTS, "a.b", "X");
    assertKept("text", "a.b", TEXTS, "axb");
    assertReplaced("text", "jürg (1)*", TEXTS, "by jürg (1)*", "by X");
    assertReplaced("value", "x|y{2}[^z]$", NO_TEXTS, "x|y{2}[^z]$", "X");
    assertKept("value", "x|y{2}[^z]$", NO_TEXTS, "x");
  }

  @Test
  void inJsonStringsAreReplacedAndNothingElse() throws Exception {
    assertJson(
        "42",
        "{\"n\":42,\"by\":\"42\",\"l\":[42,\"42\"]}",
        "{\"n\":42,\"by\":\"X\",\"l\":[42,\"X\"]}");
    assertJson("true", "{\"a\":true,\"b\":\"true\"}", "{\"a\":true,\"b\":\"X\"}");
    assertJson(
        "ann",
        "[1.50,\"ann\",null,{\"z\":1e2,\"a\":\"ann\"}]",
        "[1.50,\"X\",null,{\"z\":1e2,\"a\":\"X\"}]");
    assertJson("o\"b\\c", "{\"u\":\"o\\\"b\\\\c\"}", "{\"u\":\"X\"}");
    assertJson("ann", "{\"u\":\"\\u0061nn\"}", "{\"u\":\"X\"}");
    assertJson("a/b", "{\"u\":[\"a\\/b\"]}", "{\"u\":[\"X\"]}");
    assertJson("ann", "\"ann\"", "\"X\"");
    assertJson("ann", "{\"u\":\"anna\",\"v\":\"user.anna\"}", null);
  }

  @Test
  void whatPostgresCannotReadAsJsonIsReplacedBetweenQuotes() throws Exception {
    assertJson(
        "ann",
        "{\"a\":\"ann\"}\n{\"a\":\"anna\",\"n\":1}",
        "{\"a\":\"X\"}\n{\"a\":\"anna\",\"n\":1}");
    assertJson("ann", "{\"a\":\"\\u0000\",\"b\":\"ann\"}", "{\"a\":\"\\u0000\",\"b\":\"X\"}");
  }

  @Test
  void theKeyOfJsonSaysWhetherAValueIsAUser() throws Exception {
    assertJson(
        "red",
        "{\"team_id\":\"red\",\"owner_id\":\"red\",\"board\":\"red\",\"status\":\"red\"}",
        "{\"team_id\":\"red\",\"owner_id\":\"X\",\"board\":\"red\",\"status\":\"red\"}");
    assertJson(
        "red",
        "{\"teams\":[\"red\"],\"shared_with\":[\"red\"]}",
        "{\"teams\":[\"red\"],\"shared_with\":[\"X\"]}");
    assertJson(
        "red",
        "{\"stream\":\"red\",\"streams\":[\"user.red\"]}",
        "{\"stream\":\"red\",\"streams\":[\"user.X\"]}");
    assertJson(
        "red",
        "{\"metric\":\"cost_by_user.red\",\"other_metric\":\"cost_by_team.red\"}",
        "{\"metric\":\"cost_by_user.X\",\"other_metric\":\"cost_by_team.red\"}");
  }

  @Test
  void keysAreUsersWhereNumbersAreByUser() throws Exception {
    String numbers =
        "{\"red\":1,\"cost_by_user\":{\"red\":1,\"blue\":2},\"cost_by_team\":{\"red\":1},\"provider_usage\":{\"red\":3}}";
    String expected =
        "{\"red\":1,\"cost_by_user\":{\"X\":1,\"blue\":2},\"cost_by_team\":{\"red\":1},\"provider_usage\":{\"red\":3}}";
    assertEquals(expected, json("red", NO_TEXTS, numbers, true));
    assertEquals(expected, json("red", NO_TEXTS, numbers, false));
    assertEquals("{\"by\":{\"X\":1}}", json("red", NO_TEXTS, "{\"by\":{\"red\":1}}", true));
  }

  @Test
  void numbersAndShortNamesAreCommonWords() {
    for (String name : new String[] {"42", "-1.5e3", "true", "null", "al"}) {
      assertTrue(NamePattern.isCommon(name), name);
    }
    for (String name : new String[] {"ann", "4711x", UUID}) {
      assertFalse(NamePattern.isCommon(name), name);
    }
  }

  private void assertReplaced(String kind, String name, boolean texts, String... pairs)
      throws Exception {
    for (int i = 0; i < pairs.length; i += 2) {
      assertEquals(pairs[i + 1], replaced(kind, name, texts, pairs[i]), kind + " of " + pairs[i]);
    }
  }

  private void assertKept(String kind, String name, boolean texts, String... values)
      throws Exception {
    for (String value : values) assertReplaced(kind, name, texts, value, value);
  }

  private void assertJson(String name, String document, String expected) throws Exception {
    assertEquals(expected, json(name, NO_TEXTS, document, false), document);
  }

  private String replaced(String kind, String name, boolean texts, String value) throws Exception {
    return one(
        "SELECT coalesce(regexp_replace(?, ?::jsonb ->> ?, 'X', 'g'), ?)",
        value,
        new NamePattern(name).terms(texts).encode(),
        kind,
        value);
  }

  private String json(String name, boolean texts, String document, boolean isNumbers)
      throws Exception {
    return one(
        "SELECT erased_document(?, ?::jsonb, 'X', ?::boolean)",
        document,
        new NamePattern(name).terms(texts).encode(),
        Boolean.toString(isNumbers));
  }

  private String one(String query, String... parameters) throws Exception {
    try (var prepared = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) prepared.setString(i + 1, parameters[i]);
      try (var row = prepared.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }
}
