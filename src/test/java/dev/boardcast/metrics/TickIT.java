package dev.boardcast.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.bus.TypedBus;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.SettableClock;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A board whose number is the day of the year in Berlin, which has one of 23 hours. */
class TickIT {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private final Vertx vertx = Vertx.vertx();
  private final SettableClock clock = SettableClock.at("2026-03-28T22:59:59.700Z");
  private Broadcasts broadcasts;
  private MetricsNode node;

  @BeforeEach
  void start() throws Exception {
    var board =
        new GivenBoard() {
          @Override
          public io.vertx.core.Future<dev.boardcast.spi.RawJson> snapshot(
              io.vertx.sqlclient.SqlClient transaction, Instant now) {
            data = "{\"total_decisions\":" + now.atZone(BERLIN).getDayOfYear() + "}";
            return super.snapshot(transaction, now);
          }
        };
    board.tick =
        now ->
            Optional.of(
                now.atZone(BERLIN).toLocalDate().plusDays(1).atStartOfDay(BERLIN).toInstant());
    broadcasts = new Broadcasts(new TypedBus(vertx));
    node =
        new MetricsNode(
            vertx, "a", Services.get().freshDatabase(), MetricsNode.QUICK, board, clock);
    broadcasts.awaitTotal(87);
  }

  @AfterEach
  void close() throws Exception {
    MetricsNode.get(vertx.close());
  }

  @Test
  void aNewDayIsComputedWhenItBeginsAndNothingInBetween() throws Exception {
    clock.set(Instant.parse("2026-03-28T23:00:00Z"));
    broadcasts.awaitTotal(88);
    clock.set(Instant.parse("2026-03-29T21:59:59Z"));
    heartbeats(2);
    assertEquals(2, folds());
    clock.set(Instant.parse("2026-03-29T22:00:00Z"));
    broadcasts.awaitTotal(89);
    heartbeats(2);
    assertEquals(3, folds());
  }

  @Test
  void aClockThatGoesBackCausesOneComputationAndIsFollowed() throws Exception {
    clock.set(Instant.parse("2026-03-27T12:00:00Z"));
    broadcasts.awaitTotal(86);
    heartbeats(3);
    assertEquals(2, folds());
    clock.set(Instant.parse("2026-03-28T12:00:00Z"));
    broadcasts.awaitTotal(87);
    heartbeats(2);
    assertEquals(3, folds());
  }

  private void heartbeats(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      clock.advance(Duration.ofMillis(1));
      var now = clock.instant();
      broadcasts.await(next -> !next.timestamp().isBefore(now));
    }
  }

  private long folds() {
    return node.meters.get("boardcast.board.fold").timer().count();
  }
}
