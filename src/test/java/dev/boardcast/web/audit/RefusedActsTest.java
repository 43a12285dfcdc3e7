package dev.boardcast.web.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.web.audit.AuditRow.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class RefusedActsTest {
  private final AtomicInteger lost = new AtomicInteger();
  private final List<AuditRow> rows = new CopyOnWriteArrayList<>();

  @Test
  void whatIsMoreThanAClientsShareIsCounted(Vertx vertx) throws Exception {
    var acts = acts(vertx, new RefusedActs.Limits(60_000, 2, 100, 100));
    for (int i = 0; i < 7; i++) acts.add("a", row("a", "x"));
    acts.add("a", row("a", "y"));
    acts.add("b", row("b", "x"));
    acts.close().await(10, TimeUnit.SECONDS);
    assertEquals(List.of("a x 1", "a x 1", "b x 1"), texts().subList(0, 3));
    assertEquals(List.of("a x 5", "a y 1"), texts().subList(3, 5).stream().sorted().toList());
    assertEquals(5, rows.size());
  }

  @Test
  void allClientsTogetherHaveABoundAndThoseBeyondAreCountedTogether(Vertx vertx) throws Exception {
    var acts = acts(vertx, new RefusedActs.Limits(60_000, 5, 10, 20));
    for (int i = 0; i < 1_000; i++) acts.add("c" + i, row("c" + i, "x"));
    acts.close().await(10, TimeUnit.SECONDS);
    assertEquals(10 + 20 + 1, rows.size());
    assertEquals(1_000, rows.stream().mapToInt(AuditRow::count).sum());
    assertTrue(texts().contains("others x 970"), texts().toString());
  }

  @Test
  void theNextMinuteHasSharesOfItsOwn(Vertx vertx) throws Exception {
    var acts = acts(vertx, new RefusedActs.Limits(100, 1, 100, 100));
    for (int i = 0; i < 3; i++) acts.add("a", row("a", "x"));
    Awaitility.await().until(() -> rows.size() == 2);
    acts.add("a", row("a", "x"));
    acts.close().await(10, TimeUnit.SECONDS);
    assertEquals(List.of("a x 1", "a x 2", "a x 1"), texts());
  }

  @Test
  void whileNothingCanBeWrittenABoundedNumberWaits(Vertx vertx) throws Exception {
    Promise<Void> gate = Promise.promise();
    var acts =
        new RefusedActs(
            vertx,
            batch -> {
              rows.addAll(batch);
              return gate.future();
            },
            lost::addAndGet,
            new RefusedActs.Limits(60_000, 5_000, 5_000, 1));
    for (int i = 0; i < 5_000; i++) acts.add("a", row("a", "x"));
    gate.complete();
    acts.close().await(10, TimeUnit.SECONDS);
    assertEquals(1_001, rows.size());
    assertEquals(5_000 - 1_001, lost.get());
  }

  @Test
  void afterAFailureLaterRowsAreWritten(Vertx vertx) throws Exception {
    var failing =
        new RefusedActs(
            vertx,
            batch -> {
              rows.addAll(batch);
              return rows.size() == 1 ? Future.failedFuture("away") : Future.succeededFuture();
            },
            lost::addAndGet,
            RefusedActs.Limits.DEFAULTS);
    failing.add("a", row("a", "x"));
    failing.add("a", row("a", "y"));
    failing.close().await(10, TimeUnit.SECONDS);
    assertEquals(List.of("a x 1", "a y 1"), texts());
    assertEquals(1, lost.get());
  }

  private RefusedActs acts(Vertx vertx, RefusedActs.Limits limits) {
    return new RefusedActs(
        vertx,
        batch -> {
          rows.addAll(batch);
          return Future.succeededFuture();
        },
        lost::addAndGet,
        limits);
  }

  private List<String> texts() {
    return rows.stream()
        .map(row -> row.address() + " " + row.action() + " " + row.count())
        .toList();
  }

  private static AuditRow row(String address, String action) {
    return new AuditRow(
        false, null, address, null, action, "", Outcome.REFUSED, 403, null, null, 1);
  }
}
