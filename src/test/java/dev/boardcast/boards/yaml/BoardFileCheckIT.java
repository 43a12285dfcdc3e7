package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that need the database. */
@TestInstance(Lifecycle.PER_CLASS)
class BoardFileCheckIT {
  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(vertx, db, "test", 1);
  @TempDir private Path directory;

  @BeforeAll
  void aFunctionThatSaysItOnlyReads() throws Exception {
    new Sql(db.postgresUri())
        .run(
            """
            CREATE FUNCTION sly() RETURNS bigint LANGUAGE sql
              AS 'DELETE FROM routing_decision RETURNING id'""");
  }

  @AfterAll
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void goodFilesPassAndLeaveNothingBehind() throws Exception {
    check(BoardFileText.GOOD);
    assertEquals(
        Map.of("hour", "timestamp without time zone", "provider", "text", "strategy", "text"),
        check(BoardFileText.example()));
    var left =
        "SELECT relname FROM pg_class WHERE relname LIKE 'boardcast_board_%' OR relname LIKE"
            + " 'llm%'";
    assertEquals(List.of(), new Sql(db.postgresUri()).column(left));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sum(cost) | sum(costs) | 7: column \"costs\" does not exist",
        "SELECT count(*) AS calls | SELEKT 1 | 6: syntax error at or near \"SELEKT\"",
        "FROM routing_decision¶ | FROM routing_decisions¶ | 8: relation \"routing_decisions\" does"
            + " not exist",
        "FROM routing_decision GROUP BY provider | FROM routing_decision | 11: column"
            + " \"routing_decision.provider\" must appear in the GROUP BY",
        "FROM routing_decision¶ | FROM routing_decision; DELETE FROM task¶ | 6: cannot insert"
            + " multiple commands",
        "SELECT count(*) AS calls | DELETE FROM task RETURNING 1 AS calls | 6: syntax error at",
        "SELECT count(*) AS calls | WITH x AS (DELETE FROM task RETURNING id) SELECT 1 AS calls |"
            + " 6: views must not contain data-modifying statements",
        "FROM routing_decision¶ | INTO other FROM routing_decision¶ | 6: views must not contain"
            + " SELECT INTO",
        "sum(cost) | (SELECT 1 FROM task FOR UPDATE) | 6: cannot execute SELECT FOR UPDATE in a",
        "sum(cost) | nextval('routing_decision_id_seq') | 7: calls nextval, a function that may",
        "sum(cost) | pg_sleep(1) IS NULL | 7: calls pg_sleep, a function that may",
        "sum(cost) | set_config('role', 'x', false) | 7: calls set_config,",
        "sum(cost) | sly() | 7: calls sly,",
        "sum(cost) | $1 | 7: there is no parameter $1",
        "sum(cost) AS cost | sum(cost) | 7: metrics do not describe sum, which this query",
        "sum(cost) AS cost | max(provider) AS cost | 7: column cost is text, expected a number",
        "sum(cost) AS cost | sum(cost)::money AS cost | 7: column cost is money, expected a number",
        "sum(cost) AS cost | sum(cost) AS cost, 'task'::regclass AS r | 7: column r is regclass,",
        "sum(cost) AS cost | 1 AS by_provider | 7: by_provider is selected twice",
        "SELECT provider, count(*) | SELECT provider | 11: group by_provider has one column",
        "SELECT provider, count(*) | SELECT provider, 1 AS a, 2 AS b | 11: metrics do not describe"
            + " by_provider.*.",
        "  cost: {label | more: {label: More, unit: a, kind: gauge}¶  cost: {label | 15: no query"
            + " selects more",
        "facts: [routing_decision] | facts: [task] | 4: task is not a fact table",
        "facts: [routing_decision] | facts: [nothing] | 4: there is no table nothing",
      })
  void invalidSqlIsReportedWithItsLine(String replaced, String replacement, String expectedMessage)
      throws Exception {
    assertReported(BoardFileText.GOOD.with(lines(replaced), lines(replacement)), expectedMessage);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "provider: provider | provider: providers | 18: column \"providers\" does not exist",
        "provider: provider | provider: now() | 18: functions in index expression must be marked"
            + " IMMUTABLE",
        "provider: provider | provider: (SELECT 1) | 18: cannot use subquery in index expression",
        "provider: provider | provider: provider), (strategy | 18: expected one expression",
        "provider: provider | provider: provider)) WHERE ((cost > 1 | 18: expected one expression",
        "cost: cost | cost: md5(provider) | 22: a sum of text, expected a number",
        "cost: cost | cost: sum(cost) | 22: aggregate functions are not allowed in index",
        "keys: | where: random() < 1¶  keys: | 16: functions in index predicate must be marked",
      })
  void aRollupThatDependsOnMoreThanFactsIsReportedWithItsLine(
      String replaced, String replacement, String expectedMessage) throws Exception {
    assertReported(
        BoardFileText.example().with(lines(replaced), lines(replacement)), expectedMessage);
  }

  private void assertReported(BoardFileText file, String expectedMessage) throws Exception {
    String message = assertThrows(InvalidBoardFileException.class, () -> check(file)).getMessage();
    String expected = directory.resolve("board.yaml") + ":" + expectedMessage;
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }

  private Map<String, String> check(BoardFileText file) throws Exception {
    return Api.await(new BoardFileCheck(file.in(directory)).run(pool));
  }

  private static String lines(String text) {
    return text.replace("¶", "\n");
  }
}
