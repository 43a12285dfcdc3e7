package dev.boardcast.web.audit;

import dev.boardcast.bus.OutsideOfRequest;
import dev.boardcast.web.audit.AuditRow.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes refused acts and failed logins, which anybody can cause: a bounded number of rows in a
 * minute, of one client and of all. Those beyond are counted by client and act, and each count
 * becomes one row at the end of the minute. Thread safe.
 */
final class RefusedActs {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedActs.class);
  private static final int BATCH = 100;
  private static final int MAX_WAITING = 1_000;
  private static final int CLOSE_SECONDS = 2;
  private static final String OTHERS = "others";

  /**
   * Bounds.
   *
   * @param windowMillis the minute
   * @param perClient rows of one client in it
   * @param inAll rows of all clients in it
   * @param counts clients and acts that are counted one by one; others together
   */
  record Limits(long windowMillis, int perClient, int inAll, int counts) {
    static final Limits DEFAULTS = new Limits(60_000, 20, 200, 200);
  }

  private record Counted(AuditRow last, int count) {}

  private final Vertx vertx;
  private final Function<List<AuditRow>, Future<Void>> write;
  private final IntConsumer lost;
  private final Limits limits;
  private final Map<String, Integer> written = new HashMap<>();
  private final Map<String, Counted> counted = new HashMap<>();
  private final ArrayDeque<AuditRow> waiting = new ArrayDeque<>();
  private Future<Void> writing = Future.succeededFuture();
  private int writtenInAll;
  private boolean failing;
  private long timer = -1;

  /**
   * @param lost told how many rows could not be written
   */
  RefusedActs(
      Vertx vertx, Function<List<AuditRow>, Future<Void>> write, IntConsumer lost, Limits limits) {
    this.vertx = vertx;
    this.write = write;
    this.lost = lost;
    this.limits = limits;
  }

  /** Writes a row, or counts it. */
  synchronized void add(String client, AuditRow row) {
    if (timer < 0) {
      timer = OutsideOfRequest.setTimer(vertx, limits.windowMillis(), this::endWindow);
    }
    boolean isWritten =
        writtenInAll < limits.inAll()
            && written.merge(client, 1, Integer::sum) <= limits.perClient();
    if (isWritten) {
      writtenInAll++;
      enqueue(row);
      return;
    }
    String key = client + ' ' + row.action();
    if (counted.containsKey(key) || counted.size() < limits.counts()) count(key, row);
    else count(OTHERS + ' ' + row.action(), ofOthers(row));
  }

  /** Writes the counts and what waits; never fails. */
  Future<Void> close() {
    Future<Void> last;
    synchronized (this) {
      endWindow();
      last = writing;
    }
    return last.timeout(CLOSE_SECONDS, TimeUnit.SECONDS).otherwiseEmpty();
  }

  private void count(String key, AuditRow row) {
    counted.merge(key, new Counted(row, 1), (old, one) -> new Counted(row, old.count() + 1));
  }

  private synchronized void endWindow() {
    vertx.cancelTimer(timer);
    timer = -1;
    written.clear();
    writtenInAll = 0;
    counted.values().forEach(each -> enqueue(each.last().withCount(each.count())));
    counted.clear();
  }

  private void enqueue(AuditRow row) {
    if (waiting.size() >= MAX_WAITING) {
      lost.accept(1);
      return;
    }
    waiting.add(row);
    if (writing.isComplete()) writing = writeWaiting();
  }

  private synchronized Future<Void> writeWaiting() {
    if (waiting.isEmpty()) return Future.succeededFuture();
    var batch = new ArrayList<AuditRow>();
    while (batch.size() < BATCH && !waiting.isEmpty()) batch.add(waiting.poll());
    return write
        .apply(batch)
        .transform(
            done -> {
              written(batch.size(), done.cause());
              return next();
            });
  }

  private synchronized void written(int rows, Throwable failure) {
    if (failure != null) {
      lost.accept(rows);
      if (!failing) {
        LOG.warn("refused acts are missing in the audit trail: {}", failure.getMessage());
      }
    }
    failing = failure != null;
  }

  private synchronized Future<Void> next() {
    return waiting.isEmpty() ? Future.succeededFuture() : writeWaiting();
  }

  private static AuditRow ofOthers(AuditRow row) {
    return new AuditRow(
        false, null, OTHERS, null, row.action(), "", Outcome.REFUSED, null, null, null, 1);
  }
}
