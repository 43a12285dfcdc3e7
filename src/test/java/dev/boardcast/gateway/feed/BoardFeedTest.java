package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.BoardDialect;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoardFeedTest {
  private static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");
  private static final String UNAVAILABLE =
      "{\"error\":\"Failed to fetch metrics\",\"timestamp\":\"2025-11-16T12:35:56.789Z\"}";
  private static final BoardDialect DIALECT = BoardDialect.of(Board.Format.BARE);

  private final List<String> sent = new ArrayList<>();
  private Future<Optional<Snapshot>> latest = Future.succeededFuture(Optional.empty());
  private int queries;
  private long now = 1_000_000;
  private BoardFeed feed;
  private boolean subscribed;
  private boolean hasSnapshot;

  @BeforeEach
  void start() {
    SnapshotSource source =
        board -> {
          queries++;
          return latest;
        };
    feed =
        new BoardFeed(
            "routing",
            new OneSubscriber(),
            new BoundedCalls(Runnable::run, Duration.ofSeconds(5)),
            source,
            Clock.fixed(AT.plusSeconds(60), ZoneOffset.UTC));
    feed.tick(now);
    subscribed = true;
  }

  @Test
  void newSubscriberGetsTheNewestSnapshotAtOnce() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    subscribe();
    assertEquals(List.of("{\"n\":3,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    assertEquals(0, queries);
  }

  @Test
  void olderSnapshotIsDroppedAndHeartbeatIsNot() {
    feed.onSnapshot(snapshot(3));
    feed.onSnapshot(snapshot(2));
    feed.onSnapshot(snapshot(3).resent(AT.minusSeconds(1), false));
    feed.onSnapshot(snapshot(3).resent(AT.plusSeconds(5), false));
    assertEquals(
        List.of(
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}",
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:35:01.789Z\"}"),
        sent);
  }

  @Test
  void sourceIsQueriedOnceWhenTheBusHasBroughtNothing() {
    latest = Future.succeededFuture(Optional.of(snapshot(5)));
    subscribe();
    assertEquals(List.of("{\"n\":5,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    assertEquals(1, queries);
  }

  @Test
  void subscriberOfABoardWithoutSnapshotGetsAnErrorAndTheFirstSnapshotLater() {
    latest = Future.failedFuture("away");
    subscribe();
    assertEquals(List.of(UNAVAILABLE), sent);
    sent.clear();
    feed.onSnapshot(snapshot(1));
    assertEquals(1, sent.size());
  }

  @Test
  void sourceIsQueriedAtHeartbeatIntervalsWhileTheBusIsSilent() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    latest = Future.succeededFuture(Optional.of(snapshot(4)));
    for (int second = 0; second < 22; second++) tick(1_000);
    assertEquals(4, queries);
    assertEquals(4, sent.size());
  }

  @Test
  void lastSnapshotIsSentAsStaleWithItsAgeWhenTheSourceFails() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    latest = Future.failedFuture("away");
    tick(7_000);
    assertEquals(
        List.of(
            "{\"n\":3,\"timestamp\":\"2025-11-16T12:35:56.789Z\",\"stale\":true,\"age_ms\":60000}"),
        sent);
  }

  @Test
  void snapshotOfTheSourceReplacesOneOfAHigherVersion() {
    feed.onSnapshot(snapshot(9));
    sent.clear();
    latest = Future.succeededFuture(Optional.of(snapshot(2)));
    tick(7_000);
    assertEquals(List.of("{\"n\":2,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}"), sent);
    feed.onSnapshot(snapshot(3));
    assertEquals(2, sent.size());
  }

  @Test
  void sourceIsNotQueriedWithoutSubscribers() {
    subscribed = false;
    for (int second = 0; second < 60; second++) tick(1_000);
    assertEquals(0, queries);
  }

  @Test
  void onlyNewSubscribersGetTheAnswerToTheirQuery() {
    hasSnapshot = true;
    latest = Future.succeededFuture(Optional.of(snapshot(5)));
    feed.currentOrQuery();
    assertEquals(1, queries);
    assertEquals(List.of(), sent);
  }

  private void subscribe() {
    feed.currentOrQuery().ifPresent(message -> new OneSubscriber().snapshot(message, false));
  }

  private void tick(long millis) {
    now += millis;
    feed.tick(now);
  }

  private static Snapshot snapshot(int n) {
    return new Snapshot("routing", n, AT, AT, false, RawJson.of("{\"n\":" + n + "}"));
  }

  /** Records what one subscriber gets, as long as there is one. */
  private final class OneSubscriber implements BoardFeed.Sink {
    @Override
    public boolean hasSubscribers(String board) {
      return subscribed;
    }

    @Override
    public void snapshot(SnapshotMessage message, boolean newOnly) {
      if (newOnly && hasSnapshot) return;
      hasSnapshot = true;
      sent.add(message.frame(DIALECT, "routing").toString());
    }

    @Override
    public void unavailable(String board, Instant at, boolean newOnly) {
      if (newOnly && hasSnapshot) return;
      DIALECT.unavailable(board, at).ifPresent(frame -> sent.add(frame.toString()));
    }
  }
}
