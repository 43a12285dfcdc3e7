package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Shards;
import dev.boardcast.spi.StreamRules;
import dev.boardcast.testing.Sql;
import dev.boardcast.testing.WsClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SQL function {@code publish}: an event is written if and only if its transaction commits. */
class SqlPublishIT extends AccessCase {
  private static final String ROLE = "shop";
  private static final String RULES =
      """
      [{"streams": "orders.{id}", "subscribe": "public", "publish": "role:publish"},
       {"streams": "small.{id}", "subscribe": "public", "publish": "team:{id}", "max_bytes": 20},
       {"streams": "typing", "subscribe": "public", "publish": "public", "messages": "ephemeral"},
       {"streams": "closed", "subscribe": "public"}]""";

  private final Sql owner = new Sql(db.postgresUri());
  private Boardcast node;

  @Override
  BoardcastOptions options() {
    return super.options().set("stream-rules", RULES);
  }

  @BeforeEach
  void deployAndGrant() throws Exception {
    node = deploy();
    // Roles belong to the server, which other tests use too.
    owner.run(
        "DO $$ BEGIN CREATE ROLE shop LOGIN PASSWORD 'shop';"
            + " EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    owner.run("GRANT USAGE ON SCHEMA boardcast TO shop");
    owner.run("GRANT EXECUTE ON FUNCTION boardcast.publish(text, text, jsonb) TO shop");
  }

  private Connection shop() throws SQLException {
    String uri = db.postgresUri();
    return new Sql(uri.replaceFirst("//[^@]*@", "//" + ROLE + ":" + ROLE + "@")).connect();
  }

  private static void publish(Statement in, String stream, String type, String data)
      throws SQLException {
    in.execute("SELECT boardcast.publish('%s', '%s', '%s')".formatted(stream, type, data));
  }

  private WsClient subscriber(String stream) {
    WsClient client = socket(node, stream, null);
    client.next("subscribed");
    return client;
  }

  @Test
  void anEventIsWrittenIfAndOnlyIfItsTransactionCommits() throws Exception {
    WsClient client = subscriber("orders.7");
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      connection.setAutoCommit(false);
      publish(in, "orders.7", "placed", "{\"n\":0}");
      connection.rollback();
      publish(in, "orders.7", "placed", "{\"n\":1}");
      var before = connection.setSavepoint();
      publish(in, "orders.7", "placed", "{\"n\":2}");
      connection.rollback(before);
      publish(in, "orders.7", "paid", "{\"n\":3}");
      assertEquals(List.of(), client.drain().stream().filter(SqlPublishIT::isEvent).toList());
      connection.commit();
    }
    assertEquals(1, client.next("placed").at("/data/n").asInt());
    JsonNode paid = client.next("paid");
    assertEquals(3, paid.at("/data/n").asInt());
    assertEquals("orders.7", paid.path("topic").asText());
  }

  private static boolean isEvent(JsonNode message) {
    return message.has("topic") && message.has("data");
  }

  @Test
  void aTransactionWith100000EventsArrivesWholeAndInOrder() throws Exception {
    int count = 100_000;
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      in.execute(
          "SELECT boardcast.publish('orders.big', 'n', jsonb_build_object('n', n))"
              + " FROM generate_series(1, "
              + count
              + ") AS n");
    }
    var read = new ArrayList<Integer>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(100))
        .until(() -> owner.column("SELECT count(*) FROM outbox"), List.of("0")::equals);
    for (String n :
        owner.column(
            "SELECT (data->>'n') FROM event_log WHERE streams = '{orders.big}'"
                + " ORDER BY shard, sequence")) {
      read.add(Integer.parseInt(n));
    }
    assertEquals(IntStream.rangeClosed(1, count).boxed().toList(), read);
  }

  @Test
  void aLoneEventNeedsNoHeartbeat() throws Exception {
    WsClient client = subscriber("orders.7");
    var waits = new ArrayList<Long>();
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      for (int i = 0; i < 21; i++) {
        long before = System.nanoTime();
        publish(in, "orders.7", "placed", "{}");
        client.next("placed");
        waits.add((System.nanoTime() - before) / 1_000_000);
      }
    }
    waits.sort(null);
    // Without the notification the median is half of a heartbeat of 250 ms.
    assertTrue(waits.get(10) < 80, "median of " + waits);
  }

  @Test
  void whatHttpRefusesIsRefusedByField() throws Exception {
    String name = "stream: expected 1 to 100 letters";
    String undeclared = "stream: expected a name that stream-rules";
    String closed = "stream: expected one to which";
    String type = "type: expected 1 to 100 letters";
    refused("user.ann", "t", "{}", "22023", name);
    refused("team.red", "t", "{}", "22023", name);
    refused("tasks", "t", "{}", "22023", name);
    refused("routing", "t", "{}", "22023", name);
    refused("alerts", "t", "{}", "22023", name);
    refused("audit", "t", "{}", "22023", name);
    refused("a b", "t", "{}", "22023", name);
    refused("", "t", "{}", "22023", name);
    refused("undeclared", "t", "{}", "42501", undeclared);
    refused("orders.", "t", "{}", "42501", undeclared);
    refused("ordersX7", "t", "{}", "42501", undeclared);
    refused("orders.7.8", "t", "{}", "42501", undeclared);
    refused("closed", "t", "{}", "42501", closed);
    refused("tasks.team.a", "t", "{}", "42501", closed);
    refused("typing", "t", "{}", "22023", "stream: expected one with durable");
    refused("orders.7", "task_created", "{}", "22023", type);
    refused("orders.7", "pong", "{}", "22023", type);
    refused("orders.7", "a b", "{}", "22023", type);
    refused("orders.7", "t", "[]", "22023", "data: expected a JSON object");
    refused("orders.7", "t", "null", "22023", "data: expected a JSON object");
    refused("orders.7", "t", "{", "22P02", "invalid input syntax for type json");
    refused("small.7", "t", "{\"a\":\"123456789012\"}", "54000", "data: expected at most 20 bytes");
  }

  /** And the next one is written. */
  private void refused(String stream, String type, String data, String state, String message)
      throws SQLException {
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      var refused = assertThrows(SQLException.class, () -> publish(in, stream, type, data), stream);
      assertEquals(state, refused.getSQLState(), refused.getMessage());
      assertTrue(refused.getMessage().contains(message), refused.getMessage());
      publish(in, "small.7", "t", "{\"a\":\"12345678901\"}");
    }
  }

  @Test
  void sizesDepthAndNumbersAreBounded() throws Exception {
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      publish(in, "orders.7", "t", nested(63));
      publish(in, "orders.7", "t", "{\"n\":" + "9".repeat(100) + "}");
      publish(in, "orders.7", "t", "{\"text\":\"" + "9".repeat(101) + "\"}");
      for (String data :
          List.of(
              nested(64),
              "{\"n\":[" + "9".repeat(101) + "]}",
              "{\"n\":1e200}",
              "{\"text\":\"" + "x".repeat(65_530) + "\"}")) {
        var refused = assertThrows(SQLException.class, () -> publish(in, "orders.7", "t", data));
        assertEquals("54000", refused.getSQLState());
        assertTrue(refused.getMessage().contains("data: expected"), refused.getMessage());
      }
    }
  }

  private static String nested(int levels) {
    return "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
  }

  @Test
  void nullsAreRefused() throws Exception {
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      for (String call :
          List.of("null, 't', '{}'", "'orders.7', null, '{}'", "'orders.7', 't', null")) {
        var refused =
            assertThrows(
                SQLException.class, () -> in.execute("SELECT boardcast.publish(" + call + ")"));
        assertEquals("22023", refused.getSQLState());
      }
    }
  }

  @Test
  void rulesThatAreReplacedCountInSqlToo() throws Exception {
    node.streamRules(StreamRules.parse("[{\"streams\": \"new.*\", \"publish\": \"public\"}]"));
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .ignoreExceptions()
          .until(
              () -> {
                publish(in, "new.1", "t", "{}");
                return true;
              });
      assertThrows(SQLException.class, () -> publish(in, "orders.7", "t", "{}"));
    }
  }

  @Test
  void theRoleHasNoOtherRight() throws Exception {
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      for (String statement :
          List.of(
              "SELECT * FROM boardcast.outbox",
              "INSERT INTO boardcast.outbox (shard, event_id, type, streams, data, at)"
                  + " VALUES (0, gen_random_uuid(), 't', '{user.ann}', '{}', now())",
              "UPDATE boardcast.publish_rule SET closed = false",
              "SELECT * FROM boardcast.task",
              "CREATE TABLE boardcast.outbox_of_shop (id int)")) {
        var refused = assertThrows(SQLException.class, () -> in.execute(statement));
        assertEquals("42501", refused.getSQLState(), refused.getMessage());
      }
    }
  }

  @Test
  void aRoleWithoutTheRightPublishesNothing() throws Exception {
    owner.run("REVOKE EXECUTE ON FUNCTION boardcast.publish(text, text, jsonb) FROM shop");
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      var refused = assertThrows(SQLException.class, () -> publish(in, "orders.7", "t", "{}"));
      assertEquals("42501", refused.getSQLState());
    }
  }

  @Test
  void objectsOfTheCallerDoNotReplaceThoseOfTheFunction() throws Exception {
    WsClient client = subscriber("orders.7");
    try (Connection connection = shop();
        Statement in = connection.createStatement()) {
      in.execute("CREATE TEMP TABLE outbox (id int)");
      in.execute("CREATE TEMP TABLE publish_rule (place int)");
      in.execute("SET search_path = pg_temp, boardcast");
      publish(in, "orders.7", "placed", "{\"n\":1}");
    }
    assertEquals(1, client.next("placed").at("/data/n").asInt());
  }

  @Test
  void theShardOfANameIsThatOfJava() throws Exception {
    for (int i = 0; i < 200; i++) {
      String name = "stream." + Integer.toString(i * 7_919, 36) + "-" + i;
      assertEquals(
          List.of(Integer.toString(Shards.of(name))),
          owner.column("SELECT boardcast.shard_of('" + name + "')"));
    }
  }
}
