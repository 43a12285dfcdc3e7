package dev.boardcast.sources;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.postgresql.PGConnection;

/** A partitioned table of an application, and random statements that change it. */
final class Orders {
  static final List<String> COLUMNS = List.of("region", "total", "status", "customer_id");

  static final String[] SCHEMA = {
    "CREATE TYPE public.order_status AS ENUM ('new', 'paid')",
    "CREATE TABLE public.customer (id int PRIMARY KEY)",
    """
    CREATE TABLE public.orders (
      id int NOT NULL, region text NOT NULL, total numeric(12, 2), status public.order_status,
      customer_id int REFERENCES public.customer ON DELETE CASCADE, note text,
      PRIMARY KEY (id, region)) PARTITION BY LIST (region)""",
    "CREATE TABLE public.orders_a PARTITION OF public.orders FOR VALUES IN ('a')",
    "CREATE TABLE public.orders_b PARTITION OF public.orders FOR VALUES IN ('b')",
    "CREATE TABLE public.orders_other PARTITION OF public.orders DEFAULT",
    "INSERT INTO public.customer SELECT generate_series(1, 50)",
    """
    INSERT INTO public.orders
    SELECT g, substr('abc', 1 + g % 3, 1), g % 7, 'new', 1 + g % 50, 'note'
    FROM generate_series(1, 300) AS g""",
  };

  private static final String REGION = "substr('abc', 1 + (random() * 2)::int, 1)";

  private final Connection connection;
  private final Random random;
  private int nextId;

  /**
   * @param firstId of new rows; several writers have ranges of their own
   */
  Orders(Connection connection, long seed, int firstId) {
    this.connection = connection;
    random = new Random(seed);
    nextId = firstId;
  }

  static void create(Connection connection) throws SQLException {
    for (String statement : SCHEMA) run(connection, statement);
  }

  static void run(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Rows that differ between the table and the sum of its facts, in one database. */
  static long difference(Connection connection, String facts) throws SQLException {
    String sql =
        """
        SELECT count(*) FROM (
          SELECT 1 FROM (
            SELECT 1 AS s, region, total::numeric, status::text, customer_id FROM public.orders
            UNION ALL SELECT -sign, region, total, status, customer_id FROM %s) AS b
          GROUP BY region, total, status, customer_id HAVING sum(s) <> 0) AS d"""
            .formatted(facts);
    return Long.parseLong(SyncStatements.text(connection, sql));
  }

  /** The rows with their numbers, as one text: equal on both servers if the facts are right. */
  static String rows(Connection connection) throws SQLException {
    return SyncStatements.text(
        connection,
        """
        SELECT string_agg(concat_ws(' ', region, total, status, coalesce(customer_id, 0), n), E'\\n'
                          ORDER BY region, total, status, customer_id)
        FROM (SELECT region, total, status::text, customer_id, count(*) AS n FROM public.orders
              GROUP BY 1, 2, 3, 4) AS g""");
  }

  static String facts(Connection connection, String facts) throws SQLException {
    return SyncStatements.text(
        connection,
        """
        SELECT string_agg(concat_ws(' ', region, total, status, coalesce(customer_id, 0), n), E'\\n'
                          ORDER BY region, total, status, customer_id)
        FROM (SELECT region, total, status, customer_id, sum(sign) AS n FROM %s
              GROUP BY 1, 2, 3, 4 HAVING sum(sign) <> 0) AS g"""
            .formatted(facts));
  }

  /** Changes the table by one statement or a few, of any kind that triggers follow. */
  void change() throws SQLException, IOException {
    int some = 1 + random.nextInt(300);
    switch (random.nextInt(16)) {
      case 0, 1 -> run(insert("public.orders", 1 + random.nextInt(5)));
      case 2 -> run("UPDATE public.orders SET total = total + 1 WHERE id %% 7 = %d", some % 7);
      case 3 -> run("UPDATE public.orders SET note = 'x' WHERE id %% 5 = %d", some % 5);
      case 4 -> run("UPDATE public.orders SET region = %s WHERE id %% 20 = %d", REGION, some % 20);
      case 5 -> run("DELETE FROM public.orders WHERE id = %d", some);
      case 6 ->
          run(
              "INSERT INTO public.orders VALUES (%d, 'a', 3, 'paid', NULL) ON CONFLICT (id, region)"
                  + " DO UPDATE SET total = excluded.total, status = 'paid'",
              some);
      case 7 -> merge(some);
      case 8 -> run("DELETE FROM public.customer WHERE id = %d", 1 + random.nextInt(50));
      case 9 -> run(insertInto("public.orders_b", "'b'", 2));
      case 10 -> run("UPDATE public.orders_a SET status = 'paid' WHERE id %% 3 = 0");
      case 11 -> {
        run("BEGIN");
        run(insert("public.orders", 3));
        run("DELETE FROM public.orders WHERE id %% 11 = 0");
        run("ROLLBACK");
      }
      case 12 -> {
        run("BEGIN");
        run(insert("public.orders", 1));
        run("SAVEPOINT one");
        run("UPDATE public.orders SET total = -1 WHERE id %% 13 = 1");
        run("ROLLBACK TO SAVEPOINT one");
        run(insert("public.orders", 2));
        run("COMMIT");
      }
      case 13 -> copy();
      case 14 ->
          run(
              "WITH gone AS (DELETE FROM public.orders WHERE id = %d RETURNING id) UPDATE"
                  + " public.orders SET total = NULL WHERE id %% 50 = %d AND id <> %d",
              some, some % 50, some);
      default -> run("DELETE FROM public.orders_other WHERE id = %d", some);
    }
  }

  /** Changes what only a count of all rows finds. */
  void restructure() throws SQLException {
    switch (random.nextInt(4)) {
      case 0 -> run("TRUNCATE public.orders_a");
      case 1 -> {
        run("ALTER TABLE public.orders DETACH PARTITION public.orders_b");
        run("UPDATE public.orders_b SET total = 77 WHERE id %% 2 = 0");
        run("ALTER TABLE public.orders ATTACH PARTITION public.orders_b FOR VALUES IN ('b')");
      }
      case 2 -> {
        run("DROP TABLE public.orders_a");
        run("CREATE TABLE public.orders_a PARTITION OF public.orders FOR VALUES IN ('a')");
        run(insertInto("public.orders_a", "'a'", 4));
      }
      default -> run("TRUNCATE public.orders");
    }
  }

  private void merge(int some) throws SQLException {
    run(
        """
        MERGE INTO public.orders AS o
        USING (SELECT g AS id FROM generate_series(%d, %d) AS g) AS s
        ON o.id = s.id AND o.region = 'b'
        WHEN MATCHED AND s.id %% 3 = 0 THEN DELETE
        WHEN MATCHED THEN UPDATE SET total = 5
        WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'b', 9, 'new', NULL, NULL)""",
        some, some + 5);
  }

  private String insert(String table, int rows) {
    return insertInto(table, REGION, rows);
  }

  private String insertInto(String table, String region, int rows) {
    int from = nextId;
    nextId += rows;
    return "INSERT INTO %s SELECT g, %s, g %% 7, 'new', (SELECT min(id) FROM public.customer), NULL FROM generate_series(%d, %d) AS g"
        .formatted(table, region, from, nextId - 1)
        .replace("%", "%%");
  }

  private void copy() throws SQLException, IOException {
    String rows =
        "%d\tc\t4.50\tnew\t\\N\t\\N\n%d\ta\t\\N\t\\N\t\\N\t\\N\n".formatted(nextId++, nextId++);
    connection
        .unwrap(PGConnection.class)
        .getCopyAPI()
        .copyIn("COPY public.orders FROM STDIN", new StringReader(rows));
  }

  private void run(String sql, Object... values) throws SQLException {
    run(connection, sql.formatted(values));
  }
}
