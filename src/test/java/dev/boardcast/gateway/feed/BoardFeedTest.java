package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.engine.SnapshotSource;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.BoardDialect;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
  private boolean busIsDead;
  private long askedFor;
  private final List<String> freshness = new ArrayList<>();

  @BeforeEach
  void start() {
    var source =
        new SnapshotSource() {
          @Override
          public Future<Optional<Snapshot>> latest(String board) {
            return latest(board, 0);
          }

          @Override
          public Future<Optional<Snapshot>> latest(String board, long version) {
            queries++;
            askedFor = version;
            return latest;
          }
        };
    feed =
        new BoardFeed(
            "routing",
            new OneSubscriber(),
            new BoundedCalls(Runnable::run, Duration.ofSeconds(5)),
            source,
            Clock.fixed(AT.plusSeconds(60), ZoneOffset.UTC));
    feed.tick(now, busIsDead);
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

  @Test
  void heartbeatWithANewerVersionIsExplainedByTheBusOrQueriedForAtOnce() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    feed.onHeartbeat(4, now);
    feed.onSnapshot(snapshot(4));
    tick(1_000);
    assertEquals(0, queries);
    feed.onHeartbeat(5, now);
    latest = Future.succeededFuture(Optional.of(snapshot(5)));
    tick(50);
    assertEquals(0, queries);
    tick(50);
    assertEquals(1, queries);
    assertEquals(5, askedFor);
    assertEquals("{\"n\":5,\"timestamp\":\"2025-11-16T12:34:56.789Z\"}", sent.get(1));
    assertEquals(2, sent.size());
  }

  @Test
  void oneQueryRunsAtATimeHoweverManyHeartbeatsCome() {
    feed.onSnapshot(snapshot(3));
    Promise<Optional<Snapshot>> answer = Promise.promise();
    latest = answer.future();
    for (int i = 4; i < 14; i++) {
      feed.onHeartbeat(i, now);
      tick(275);
    }
    assertEquals(1, queries);
    latest = Future.succeededFuture(Optional.of(snapshot(13)));
    answer.complete(Optional.of(snapshot(4)));
    feed.onHeartbeat(13, now);
    tick(275);
    assertEquals(2, queries);
    assertEquals("version:13", feed.offset());
  }

  @Test
  void sourceThatFailsIsNotQueriedWithEachHeartbeat() {
    feed.onSnapshot(snapshot(3));
    latest = Future.failedFuture("away");
    for (int i = 0; i < 40; i++) {
      feed.onHeartbeat(4, now);
      tick(100);
    }
    assertTrue(queries <= 4, queries + " queries in 4 s");
  }

  @Test
  void snapshotThatHeartbeatsConfirmIsSentAgainWithoutAQuery() {
    feed.onSnapshot(snapshot(3));
    sent.clear();
    for (int i = 0; i < 80; i++) {
      feed.onHeartbeat(3, now);
      tick(250);
    }
    assertEquals(0, queries);
    assertEquals(3, sent.size());
    assertTrue(sent.stream().noneMatch(text -> text.contains("stale")));
    assertEquals(List.of(), freshness);
  }

  @Test
  void answerDoesNotReplaceWhatTheBusHasBroughtSinceTheQuestion() {
    feed.onSnapshot(snapshot(3));
    Promise<Optional<Snapshot>> answer = Promise.promise();
    latest = answer.future();
    tick(7_000);
    assertEquals(1, queries);
    feed.onSnapshot(snapshot(9));
    answer.complete(Optional.of(snapshot(8)));
    assertEquals("version:9", feed.offset());
  }

  @Test
  void clientWithANewerSnapshotIsServedByAQuestionThatBeganAfterItCame() {
    feed.onSnapshot(snapshot(3));
    Promise<Optional<Snapshot>> early = Promise.promise();
    latest = early.future();
    feed.onHeartbeat(4, now);
    tick(100);
    assertTrue(feed.isBehind(7));
    Future<Void> told = feed.queryFor(7);
    latest = Future.succeededFuture(Optional.of(snapshot(7)));
    early.complete(Optional.of(snapshot(4)));
    assertTrue(told.succeeded());
    assertEquals(2, queries);
    assertEquals(7, askedFor);
    assertEquals("version:7", feed.offset());
  }

  @Test
  void answerThatCouldNotBeCheckedDoesNotSettleWhatIsNewest() {
    feed.onSnapshot(snapshot(3));
    latest = Future.succeededFuture(Optional.of(snapshot(3).resent(AT, true)));
    assertTrue(feed.queryFor(7).failed());
    latest = Future.failedFuture("away");
    assertTrue(feed.queryFor(7).failed());
    latest = Future.succeededFuture(Optional.of(snapshot(4)));
    assertTrue(feed.queryFor(7).succeeded(), "the database has no newer one");
  }

  @Test
  void boardThatNothingConfirmsIsStaleUntilSomethingDoes() {
    feed.onSnapshot(snapshot(3));
    feed.onHeartbeat(3, now);
    latest = Future.failedFuture("away");
    busIsDead = true;
    tick(3_000);
    assertEquals(List.of(), freshness);
    tick(500);
    assertEquals(List.of("stale 3500"), freshness);
    feed.onHeartbeat(3, now);
    tick(10);
    assertEquals(List.of("stale 3500", "fresh"), freshness);
  }

  @Test
  void boardIsNotStaleBetweenTheMessagesOfItsHolder() {
    for (int i = 0; i < 100; i++) {
      if (i % 20 == 0) feed.onSnapshot(snapshot(3).resent(AT.plusSeconds(i), false));
      tick(250);
    }
    assertEquals(List.of(), freshness);
  }

  @Test
  void boardIsStaleUntilTheVersionOfAHeartbeatHasArrived() {
    feed.onSnapshot(snapshot(3));
    latest = Future.failedFuture("away");
    busIsDead = true;
    for (int i = 0; i < 16; i++) {
      feed.onHeartbeat(4, now);
      tick(250);
    }
    assertEquals(1, freshness.size(), freshness.toString());
    latest = Future.succeededFuture(Optional.of(snapshot(4)));
    tick(1_000);
    assertEquals(List.of("fresh"), freshness.subList(1, 2));
  }

  private void subscribe() {
    feed.currentOrQuery().ifPresent(message -> new OneSubscriber().snapshot(message, false));
  }

  private void tick(long millis) {
    now += millis;
    feed.tick(now, busIsDead);
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

    @Override
    public void stale(String board, long ageMillis) {
      freshness.add("stale " + ageMillis);
    }

    @Override
    public void fresh(String board) {
      freshness.add("fresh");
    }
  }
}
