package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Api;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks of declared boards that need the database, and what authors are helped with. */
@TestInstance(Lifecycle.PER_CLASS)
class DeclarationCheckIT {
  private static final DeclarationText SHOP =
      DeclarationText.SALES.with("name: sales", "name: shop");

  private final Vertx vertx = Vertx.vertx();
  private final DatabaseConfig db = Services.get().freshDatabase();
  private final Pool pool = Pools.pool(vertx, db, "test", 1);
  private final Sql sql = new Sql(db.postgresUri());
  @TempDir private Path directory;

  @AfterAll
  void close() {
    Api.await(vertx.close());
  }

  @Test
  void aGoodFilePassesAndLeavesNothingBehind() throws Exception {
    Path file = DeclarationText.SALES.at(directory);
    Api.await(BoardFileTool.check(pool, file, AlertRules.NONE::check));
    String snapshot = Api.await(BoardFileTool.preview(pool, file, Instant.now())).text();
    var data = Json.MAPPER.readTree(snapshot);
    assertEquals("0", data.get("orders").asText());
    assertEquals("{}", data.get("by_site").toString());
    assertEquals(true, data.get("average").isNull());
    assertEquals("{\"revenue.today\":\"critical\"}", data.get("states").toString());
    assertEquals(
        List.of(),
        sql.column("SELECT relname FROM pg_class WHERE relname ~ '^(sales|boardcast_b)'"));
    assertEquals(List.of("0"), sql.column("SELECT count(*) FROM board_file"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "min: amount | min: amounts | 23: column \"amounts\" does not exist",
        "min: amount | min: status | 23: min of text, expected a number",
        "min: amount | min: at | 23: min of timestamp with time zone, expected a number",
        "min: amount | min: amount > 1 | 23: min of boolean, expected a number",
        "min: amount | min: amount::money | 23: functions in index expression must be marked",
        "min: amount | min: sum(amount) | 23: aggregate functions are not allowed in index",
        "min: amount | min: (SELECT 1) | 23: cannot use subquery in index expression",
        "min: amount | min: random() | 23: functions in index expression must be marked IMMUTABLE",
        "min: amount | min: amount + | 23: syntax error at or near",
        "min: amount | min: $1 | 23: there is no parameter $1",
        "distinct: site | distinct: at | 22: functions in index expression must be marked"
            + " IMMUTABLE",
        "distinct: site | distinct: max(site) | 22: aggregate functions are not allowed",
        "[site] | {site: at} | 12: functions in index expression must be marked IMMUTABLE",
        "[site] | {site: shop} | 12: column \"shop\" does not exist",
        "where: status = 'paid', label | where: status, label | 20: argument of WHERE must be type",
        "where: status = 'paid', label | where: at < now(), label | 20: functions in index"
            + " predicate",
        "where: status = 'paid', label | where: state = 'a', label | 20: column \"state\" does not",
      })
  void anExpressionThatIsNotValidIsReportedWithItsLine(
      String replaced, String replacement, String expectedMessage) throws Exception {
    Path file = DeclarationText.SALES.with(replaced, replacement).at(directory);
    String message =
        assertThrows(
                InvalidBoardFileException.class,
                () -> Api.await(BoardFileTool.check(pool, file, AlertRules.NONE::check)))
            .getMessage();
    String expected = file + ":" + expectedMessage;
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }

  @Test
  void aTableOfSomethingElseAndAColumnOfAnotherTypeAreNotTaken() throws Exception {
    Declaration file = SHOP.in(directory);
    sql.run("CREATE TABLE shop_fact (site text)");
    assertEquals(
        directory.resolve("board.yaml")
            + ":2: the table shop_fact exists and does not belong to this board",
        assertThrows(InvalidBoardFileException.class, () -> activate(file)).getMessage());
    sql.run("DROP TABLE shop_fact");
    activate(file);
    Declaration other =
        SHOP.with("site: {type: text", "site: {type: integer")
            .with("distinct: site", "distinct: amount")
            .in(directory);
    assertEquals(
        directory.resolve("board.yaml")
            + ":6: column site is text in table shop_fact, expected that type, or a new name",
        assertThrows(InvalidBoardFileException.class, () -> activate(other)).getMessage());
    sql.run("DELETE FROM board_file");
  }

  @Test
  void aDraftOfATableIsAValidFile() throws Exception {
    sql.run(
        """
        CREATE TABLE public.parcel (id bigint, "order" integer NOT NULL, price numeric(9,2),
          fee money, city varchar(20) NOT NULL, express boolean, sent_at timestamptz NOT NULL)""");
    String text = Api.await(BoardFileTool.draft(pool, "public.parcel"));
    assertEquals(true, text.contains("  # left out: fee (money)\n"), text);
    assertEquals(true, text.contains("  order: integer\n"), text);
    assertEquals(true, text.contains("  price: {type: decimal, required: false}\n"), text);
    Api.await(
        BoardFileTool.check(
            pool, Files.writeString(directory.resolve("new.yaml"), text), AlertRules.NONE::check));
    assertEquals(
        "there is no table parcels",
        assertThrows(
                IllegalArgumentException.class,
                () -> Api.await(BoardFileTool.draft(pool, "parcels")))
            .getMessage());
  }

  private void activate(Declaration file) {
    var facts = file.ownFacts();
    Api.await(
        new ActiveDeclaration(file, facts, new DeclaredRollups(file, facts))
            .activate(pool, Instant.now(), AlertRules.NONE));
  }
}
