package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Sql;
import java.time.Duration;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Alert rules on boards with parameters, of two nodes: each value is watched by itself. */
class AlertPartsIT extends PartsCase {
  private static final String ALERTS = "/api/v1/alerts";
  private static final String RULES = ALERTS + "/rules";

  private final Sql sql = new Sql(db.postgresUri());
  private Boardcast one;
  private Boardcast two;

  @BeforeEach
  void start() throws Exception {
    write(FILE);
    one = deploy();
    two = deploy();
  }

  @Test
  void oneValueIsWatchedThoughNobodyHasAskedForIt() throws Exception {
    rule("{'name':'seven','with':{'site':'7'},'metric':'orders','condition':'above','bound':2}");
    rule("{'name':'all','metric':'orders','condition':'above','bound':3}");
    sell(one, 2, "7", 1);
    sell(one, 1, "8", 1);
    awaitOrders(two, "", ADMIN, 3);
    assertEquals(0, firing().size());
    sell(one, 1, "7", 1);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> firing().size() == 2);
    JsonNode seven =
        firing().get(0).path("with").isMissingNode() ? firing().get(1) : firing().get(0);
    assertEquals("seven", seven.path("rule_name").asText());
    assertEquals("{\"site\":\"7\"}", seven.path("with").toString());
    assertEquals("orders", seven.path("metric").asText());
    assertEquals(3, seven.path("value").asInt());
    JsonNode history = get(two, ALERTS + "/history", ADMIN).json();
    JsonNode told = history.path("items");
    assertEquals(2, told.size(), history::toString);
    assertEquals("1", sql.column("SELECT count(*) FROM board_part").get(0));
  }

  @Test
  void eachValueIsWatchedByItselfAndToldNobodyWithAnother() throws Exception {
    sell(one, 1, "7", 1);
    sell(one, 1, "8", 1);
    // Parts that somebody has asked for, one with a value that is encoded.
    sell(one, 1, "a b", 1);
    for (String site : new String[] {"7", "8", "a%20b"}) {
      awaitOrders(one, "?site=" + site, ADMIN, 1);
    }
    rule("{'name':'each','with':{'site':'*'},'metric':'orders','condition':'above','bound':1}");
    sell(one, 2, "a b", 1);
    sell(one, 1, "8", 1);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> firing().size() == 2);
    var sites = new TreeSet<String>();
    firing().forEach(each -> sites.add(each.at("/with/site").asText()));
    assertEquals("[8, a b]", sites.toString());
    sell(one, 1, "7", 1);
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> firing().size() == 3);
    assertEquals(3, get(two, ALERTS + "/history", ADMIN).json().path("items").size());

    String confined = token("root", "7", "admin");
    for (String list : new String[] {RULES, ALERTS, ALERTS + "/history"}) {
      assertEquals(0, get(one, list, confined).json().path("items").size(), list);
    }
    var refused =
        post(
            one,
            RULES,
            confined,
            "{\"name\":\"mine\",\"board\":\"sales\",\"with\":{\"site\":\"7\"},"
                + "\"metric\":\"orders\",\"condition\":\"above\",\"bound\":1}");
    assertEquals(400, refused.status());
    assertEquals("board", refused.fields());
  }

  @Test
  void valuesThatTheBoardDoesNotHaveAreRefused() throws Exception {
    for (String with :
        new String[] {"{'place':'7'}", "{'shop':'x'}", "{'site':''}", "{'site':null}"}) {
      assertEquals("with", refused("'with':" + with + ",'condition':'above'"), with);
    }
    assertEquals("condition", refused("'with':{'site':'*'},'condition':'anomaly'"));
    assertEquals("with", refused("'with':{'site':'7'},'condition':'above'", "routing"));
    assertTrue(get(one, RULES, ADMIN).json().path("items").isEmpty());
  }

  private String refused(String fields) throws Exception {
    return refused(fields, "sales");
  }

  private String refused(String fields, String board) throws Exception {
    String metric = board.equals("sales") ? "orders" : "total_cost";
    Answer answer =
        post(
            one,
            RULES,
            ADMIN,
            "{'name':'a','board':'%s','metric':'%s','bound':1,%s}"
                .formatted(board, metric, fields)
                .replace('\'', '"'));
    assertEquals(400, answer.status(), answer.json()::toString);
    return answer.fields();
  }

  private void rule(String json) throws Exception {
    String body = json.replaceFirst("\\{", "{'board':'sales','for_seconds':0,").replace('\'', '"');
    Answer created = post(one, RULES, ADMIN, body);
    assertEquals(201, created.status(), created.json()::toString);
  }

  private JsonNode firing() throws Exception {
    return get(two, ALERTS + "?state=firing", ADMIN).json().path("items");
  }
}
