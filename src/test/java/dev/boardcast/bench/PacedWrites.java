package dev.boardcast.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Transactions of one updated row at a fixed rate, by eight connections. A writer that is late does
 * not skip what is due, so the rate that is reached shows what the database can do.
 */
final class PacedWrites {
  private static final int WRITERS = 8;

  private final Connector connector;
  private final String table;
  private final int rows;
  private final int rate;
  private int runs;

  /**
   * @param table with an {@code id} from 1 and a {@code total}
   * @param rate of writes a second that are due
   */
  PacedWrites(Connector connector, String table, int rows, int rate) {
    this.connector = connector;
    this.table = table;
    this.rows = rows;
    this.rate = rate;
  }

  /** The rate that was reached, and the times of the transactions. */
  String run(int seconds) throws Exception {
    runs++;
    var threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Future<List<Double>>> writers = new ArrayList<>();
      long start = System.nanoTime();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(threads.submit(() -> write(writer, start, seconds)));
      }
      List<Double> millis = new ArrayList<>();
      for (var writer : writers) millis.addAll(writer.get());
      millis.sort(null);
      return String.format(
          Locale.ROOT,
          "%.0f of %d writes/s, p50 %.2f ms, p99 %.1f ms",
          millis.size() / (double) seconds,
          rate,
          millis.get(millis.size() / 2),
          millis.get(millis.size() * 99 / 100));
    } finally {
      threads.shutdown();
    }
  }

  private List<Double> write(int writer, long start, int seconds) throws SQLException {
    List<Double> millis = new ArrayList<>();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    double every = 1e9 * WRITERS / rate;
    try (var connection = connector.connect();
        var update =
            connection.prepareStatement(
                "UPDATE " + table + " SET total = total + 0.01 WHERE id = ?")) {
      for (int i = 0; ; i++) {
        long due = start + (long) (every * (i + writer / (double) WRITERS));
        if (due >= end || System.nanoTime() >= end) return millis;
        LockSupport.parkNanos(due - System.nanoTime());
        update.setInt(1, 2 + Math.floorMod((i * WRITERS + writer + runs * 31) * 7919, rows - 2));
        long before = System.nanoTime();
        update.executeUpdate();
        millis.add((System.nanoTime() - before) / 1e6);
      }
    }
  }

  /** Opens connections. */
  interface Connector {
    Connection connect() throws SQLException;
  }
}
