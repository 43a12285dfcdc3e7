package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Person;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules of a board file on two nodes. */
class DeclaredAlertsIT extends AlertCase {
  private static final String RULES = "/api/v1/alerts/rules";
  private static final String ROBOT = Person.of("robot").with("ingest").token();
  private static final String BOARD =
      """
      version: 2
      name: sales
      title: Sales
      facts: {amount: decimal, at: time}
      time: at
      metrics:
        orders: {count: all, label: Orders}
        revenue: {sum: amount, label: Revenue}
      """;
  private static final String ONE =
      "  - {name: Many orders, metric: orders, condition: above, bound: %d, for_seconds: 0,"
          + " channels: [hook]}\n";
  private static final String TWO =
      "  - {name: Revenue, metric: revenue, condition: above, bound: 1000, for_seconds: 0}\n";

  @TempDir Path directory;
  private Boardcast one;
  private Boardcast two;

  @Override
  List<BoardModule> modules() {
    var boards = new ArrayList<BoardModule>(Boards.BUILT_IN);
    boards.addAll(Boards.ofFiles(directory));
    return boards;
  }

  @BeforeEach
  void start() throws Exception {
    write("alerts:\n" + ONE.formatted(1) + TWO);
    one = deploy();
    two = deploy();
    channel(one, "hook", receiver.url("/hook"));
  }

  @Test
  void theyAreInstalledOnceFireAndFollowTheFile() throws Exception {
    JsonNode installed = rules();
    assertEquals(2, installed.size(), installed::toString);
    assertEquals("board", installed.at("/0/source").asText());
    assertEquals("sales", installed.at("/0/board").asText());
    String id = installed.at("/0/id").asText();
    sell(2);
    Awaitility.await().until(() -> receiver.accepted("/hook").size() == 1);
    assertEquals("firing", receiver.accepted("/hook").get(0).json().at("/alerts/0/to").asText());

    // Another bound: the same rule, and what fires is ok again.
    write("alerts:\n" + ONE.formatted(5));
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> receiver.accepted("/hook").size() == 2);
    assertEquals("ok", receiver.accepted("/hook").get(1).json().at("/alerts/0/to").asText());
    JsonNode changed = rules();
    assertEquals(1, changed.size(), changed::toString);
    assertEquals(id, changed.at("/0/id").asText());
    assertEquals(5, changed.at("/0/bound").asInt());
    assertEquals(List.of("2"), sql.column("SELECT version FROM alert_rule"));

    // A file without alerts ends what fires.
    sell(4);
    Awaitility.await().until(() -> receiver.accepted("/hook").size() == 3);
    write("");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> receiver.accepted("/hook").size() == 4);
    assertEquals("ok", receiver.accepted("/hook").get(3).json().at("/alerts/0/to").asText());
    assertEquals(0, rules().size());
    assertEquals(4, receiver.all().size());
    assertEquals(List.of("4"), sql.column("SELECT count(*) FROM alert_transition"));
  }

  @Test
  void theyAreChangedInTheirFileOnly() throws Exception {
    JsonNode rule = rules().get(0);
    String body =
        "{\"name\":\"Many orders\",\"board\":\"sales\",\"metric\":\"orders\","
            + "\"condition\":\"above\",\"bound\":7}";
    for (String method : List.of("PUT", "DELETE")) {
      String path = RULES + "/" + rule.path("id").asText();
      Answer refused = send(two, method, path, ADMIN, method.equals("PUT") ? body : null);
      assertEquals(409, refused.status(), refused.json()::toString);
      assertEquals(
          "this rule is declared by the file of the board sales; change it there",
          refused.json().path("detail").asText());
    }
    Answer taken = post(one, RULES, ADMIN, body);
    assertEquals(409, taken.status());
    assertEquals("name", taken.fields());
    assertEquals(rule, rules().get(0));
  }

  @Test
  void aNameThatAnotherRuleHasIsRefusedAndChangesNothing() throws Exception {
    Answer created =
        post(
            one,
            RULES,
            ADMIN,
            "{\"name\":\"Taken\",\"board\":\"routing\",\"metric\":\"total_cost\","
                + "\"condition\":\"above\",\"bound\":7}");
    assertEquals(201, created.status(), created.json()::toString);
    write("alerts:\n" + ONE.formatted(9) + TWO.replace("name: Revenue", "name: Taken"));
    String refused = assertThrows(InvalidBoardFileException.class, this::deploy).getMessage();
    assertTrue(
        refused.endsWith("name was \"Taken\", expected a name that no other rule has"), refused);
    assertEquals(3, rules().size());
    assertEquals(1, rules().at("/0/bound").asInt());
    write("alerts:\n" + ONE.formatted(8) + TWO);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rules().at("/0/bound").asInt() == 8);
    assertEquals(
        List.of("Many orders", "Revenue", "Taken"),
        sql.column("SELECT name FROM alert_rule ORDER BY name"));
    assertTrue(rules().toString().contains("\"source\":\"api\""));
  }

  /** The board is renamed in its file: its rules go with it to the next node that starts. */
  @Test
  void aBoardThatIsRenamedKeepsTheNamesOfItsRules() throws Exception {
    String renamed = BOARD.replace("name: sales", "name: shop") + "alerts:\n" + ONE.formatted(3);
    Files.delete(directory.resolve("sales.yaml"));
    Files.writeString(directory.resolve("shop.yaml"), renamed);
    Boardcast next = deploy();
    JsonNode rules = get(next, RULES, ADMIN).json().path("items");
    assertEquals(List.of("Many orders", "Revenue"), rules.findValuesAsText("name"));
    assertEquals(List.of("shop", "sales"), rules.findValuesAsText("board"));
    // Other nodes still compute the former board; what it declares is not deleted on this one.
    String rest = RULES + "/" + rules.at("/1/id").asText();
    assertEquals(409, send(next, "DELETE", rest, ADMIN, null).status());
    sql.run("UPDATE lease SET name = 'board.gone' WHERE name = 'board.sales'");
    // Its name too, as the other nodes take the lease again.
    sql.run(
        "UPDATE alert_rule SET board = 'before', definition = definition || '{\"board\":\"before\"}'"
            + " WHERE board = 'sales'");
    assertEquals(204, send(next, "DELETE", rest, ADMIN, null).status());
  }

  private JsonNode rules() throws Exception {
    return get(two, RULES, ADMIN).json().path("items");
  }

  private void sell(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertEquals(201, post(one, "/api/v1/boards/sales/facts", ROBOT, "{\"amount\":1}").status());
    }
  }

  private void write(String alerts) throws Exception {
    // In one step: a node must not read half of it.
    Path next = Files.writeString(directory.resolve("next"), BOARD + alerts);
    Files.move(
        next,
        directory.resolve("sales.yaml"),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }
}
