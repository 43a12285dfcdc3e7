package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Boards by parameters on two nodes: viewers on each, and a file that changes on both. */
class ParametersIT extends PartsCase {
  private static final String FREE = FILE.replace("site: {claim: site_id}", "site: {column: site}");

  @Test
  void viewersOfEachNodeGetTheirPartsAndNothingElseIsComputed() throws Exception {
    write(FREE);
    Boardcast one = deploy();
    Boardcast two = deploy();
    WsClient seven = socket(one, "sales%3Fsite%3D7", ADMIN);
    WsClient eight = socket(two, "sales%3Fsite%3D8", ADMIN);
    WsClient shop = socket(two, "sales%3Fshop%3D1%26site%3D7", ADMIN);
    WsClient whole = socket(one, "sales", ADMIN);
    awaitUpdate(seven, "sales?site=7", 0);
    awaitUpdate(eight, "sales?site=8", 0);
    sell(one, 3, "7", 10);
    sell(two, 2, "8", 20);
    sell(two, 4, "9", 1);
    JsonNode sold = awaitUpdate(seven, "sales?site=7", 3);
    assertEquals(30, sold.at("/data/revenue").asInt(), sold::toString);
    awaitUpdate(eight, "sales?site=8", 2);
    awaitUpdate(shop, "sales?shop=1&site=7", 2);
    awaitUpdate(whole, "sales", 9);
    var sql = new Sql(db.postgresUri());
    assertEquals(
        List.of("sales?shop=1&site=7", "sales?site=7", "sales?site=8"),
        sql.column("SELECT name FROM board_part ORDER BY name"));
    // A part that no fact of this fold belongs to is not computed.
    String eightAt = sql.column(versionOf("sales?site=8")).get(0);
    sell(one, 1, "7", 10);
    awaitUpdate(seven, "sales?site=7", 4);
    assertEquals(eightAt, sql.column(versionOf("sales?site=8")).get(0));
    sql.run(
        """
        INSERT INTO board_history (tier, board, at, data)
        SELECT 3, board, clock_timestamp(), '{"orders": -1}'
        FROM (VALUES ('sales'), ('sales?site=7'), ('sales?site=gone')) AS b (board)""");
    // The file changes on both nodes: sessions stay, and get the new metric.
    write(FREE.replace("metrics:\n", "metrics:\n  mean: {avg: amount, label: Mean}\n"));
    assertEquals(10, awaitMean(seven));
    assertEquals(20, awaitMean(eight));
    assertEquals(
        List.of("sales"),
        sql.column("SELECT board FROM board_history WHERE data ->> 'orders' = '-1'"),
        "parts lose their history with the definition that it is of");
    sell(two, 1, "8", 50);
    awaitUpdate(eight, "sales?site=8", 3);
    awaitOrders(one, "?site=8", ADMIN, 3);
    awaitOrders(two, "?site=7&shop=2", ADMIN, 1);
    String ranged = "?from=2020-01-01&to=2100-01-01";
    assertEquals(11, get(two, BOARD + ranged, ADMIN).json().at("/data/orders").asInt());
    JsonNode board = get(one, "/api/v1/boards", ADMIN).json();
    assertTrue(
        board
            .toString()
            .contains(
                "\"parameters\":[{\"name\":\"site\",\"type\":\"text\",\"required\":false,\"pinned\":false}"),
        board::toString);
  }

  @Test
  void aPartThatIsReplacedEndsItsHistory() throws Exception {
    write(FREE);
    Boardcast node = deploy();
    sell(node, 2, "7", 10);
    awaitOrders(node, "?site=7", ADMIN, 2);
    var sql = new Sql(db.postgresUri());
    // As many as are kept, each asked for once just now; the one above was not for longer.
    sql.run(
        """
        INSERT INTO board_part_use (name, board, wanted_until)
        SELECT 'sales?site=x' || n, 'sales',
               clock_timestamp() + interval '7 days' - interval '10 minutes'
        FROM generate_series(1, 10000) AS n""");
    sql.run(
        """
        UPDATE board_part_use SET wanted_until = clock_timestamp() + interval '1 day'
        WHERE name = 'sales?site=7'""");
    assertEquals(200, get(node, BOARD + "?site=9", ADMIN).status());
    assertEquals(
        List.of("sales?site=9"),
        sql.column("SELECT name FROM board_part WHERE name IN ('sales?site=7', 'sales?site=9')"));
    var past =
        sql.column(
            """
            SELECT coalesce(data ->> 'orders', 'none') FROM board_history
            WHERE board = 'sales?site=7' AND tier = 1 ORDER BY at DESC LIMIT 2""");
    assertEquals(List.of("none", "2"), past);
    // Those of the others that were asked for once give way too, and history alone asks as well.
    assertEquals(200, get(node, BOARD + "/history?metric=orders&site=10", ADMIN).status());
    assertEquals(
        List.of("sales?site=10"),
        sql.column("SELECT name FROM board_part WHERE name = 'sales?site=10'"));
    assertEquals(
        List.of("9999"),
        sql.column("SELECT count(*) FROM board_part_use WHERE name LIKE 'sales?site=x%'"));
  }

  @Test
  void aRequiredParameterIsAskedFor() throws Exception {
    write(FILE.replace("site: {claim: site_id}", "site: {required: true}"));
    Boardcast node = deploy();
    sell(node, 2, "a b&c", 10);
    assertEquals("site", get(node, BOARD, ADMIN).fields());
    awaitOrders(node, "?site=a%20b%26c", ADMIN, 2);
    WsClient socket = socket(node, "sales", ADMIN);
    JsonNode error = socket.next("error");
    assertEquals("with.site", error.path("field").asText(), error::toString);
    subscribe(socket, "{\"topic\":\"sales\",\"with\":{\"site\":\"a b&c\"}}");
    awaitUpdate(socket, "sales?site=a%20b%26c", 2);
    // The same topic by another spelling is the same subscription.
    socket.send("{\"type\":\"unsubscribe\",\"topics\":[\"sales?site=a+b%26c\"]}");
    socket.settle();
    socket.send("{\"type\":\"state\",\"id\":1}");
    assertEquals(0, socket.next("state").path("topics").size());
  }

  private static String versionOf(String part) {
    return "SELECT version FROM board_part WHERE name = '" + part + "'";
  }

  private static int awaitMean(WsClient socket) {
    while (true) {
      JsonNode update = socket.next("metrics:update");
      if (update.at("/data").has("mean")) return update.at("/data/mean").asInt();
    }
  }
}
