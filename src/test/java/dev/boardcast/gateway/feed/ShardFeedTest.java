package dev.boardcast.gateway.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.engine.EventHistory;
import dev.boardcast.gateway.InMemoryHistory;
import dev.boardcast.gateway.loop.BoundedCalls;
import dev.boardcast.gateway.protocol.EventMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardFeedTest {
  private static final int SHARD = 0;
  private static final String STREAM = "user.u1";
  private static final String UNWANTED = "user.u2";

  private final InMemoryHistory history = new InMemoryHistory();
  private final List<Long> delivered = new ArrayList<>();
  private final List<String> freshness = new ArrayList<>();
  private int historyChanges;
  private int repairs;
  private long now = 1_000_000;
  private ShardFeed feed;

  @BeforeEach
  void start() {
    var sink =
        new ShardFeed.Sink() {
          @Override
          public boolean wants(List<String> streams) {
            return !streams.contains(UNWANTED);
          }

          @Override
          public void event(EventMessage message) {
            delivered.add(message.sequence());
          }

          @Override
          public void historyChanged(int shard) {
            historyChanges++;
          }

          @Override
          public void repaired(int shard) {
            repairs++;
          }

          @Override
          public void stale(int shard, long ageMillis) {
            freshness.add("stale " + ageMillis);
          }

          @Override
          public void fresh(int shard) {
            freshness.add("fresh");
          }
        };
    feed =
        new ShardFeed(SHARD, new BoundedCalls(Runnable::run, Duration.ofSeconds(5)), history, sink);
    feed.tick(now);
    feed.onHead(new EventHistory.Head(SHARD, "e1", 0), 0, now);
  }

  @Test
  void batchesInOrderAreDeliveredWithoutReadingTheLog() {
    for (int i = 0; i < 5; i++) feed.onBatch(append());
    assertEquals(upTo(5), delivered);
    assertEquals(0, history.reads.get());
  }

  @Test
  void unwantedEventsMoveThePositionAndStayAvailable() {
    feed.onBatch(append());
    feed.onBatch(history.append("task_created", "{\"n\":2}", UNWANTED));
    append();
    history.append("task_created", "{\"n\":4}", UNWANTED);
    feed.onBatch(history.batch(SHARD, 3, 4));

    assertEquals(List.of(1L, 3L), delivered);
    assertEquals(4, feed.position());
    assertTrue(feed.hasRecentAfter(0));
    assertEquals("{\"n\":2}", feed.recent(2).event().data().text());
    assertEquals("{\"n\":4}", feed.recent(4).event().data().text());
    assertEquals(0, history.reads.get());
  }

  @Test
  void unwantedEventsOfAGapAreNotPassedOnEither() {
    append();
    history.append("task_created", "{}", UNWANTED);
    append();
    feed.onBatch(history.batch(SHARD, 3, 3));

    assertEquals(List.of(1L, 3L), delivered);
    assertEquals(1, history.reads.get());
  }

  @Test
  void duplicateIsDroppedAndOverlapIsTrimmed() {
    append(6);
    feed.onBatch(history.batch(SHARD, 1, 3));
    feed.onBatch(history.batch(SHARD, 1, 3));
    feed.onBatch(history.batch(SHARD, 2, 5));
    feed.onBatch(history.batch(SHARD, 1, 6));
    assertEquals(upTo(6), delivered);
    assertEquals(0, history.reads.get());
  }

  @Test
  void gapIsReadFromTheLogOnceAndOrderIsKept() {
    append(6);
    feed.onBatch(history.batch(SHARD, 1, 2));
    feed.onBatch(history.batch(SHARD, 5, 6));
    assertEquals(upTo(6), delivered);
    assertEquals(1, history.reads.get());
    assertEquals(1, repairs);
  }

  @Test
  void gapOfSeveralPagesIsReadPageByPage() {
    append(1_750);
    feed.onBatch(history.batch(SHARD, 1_700, 1_750));
    assertEquals(upTo(1_750), delivered);
    // 128, 256, 500, 500 and the rest: pages of small events grow.
    assertEquals(5, history.reads.get());
  }

  @Test
  void batchesWaitWhileTheLogCannotBeReadAndAreDeliveredWhenItCan() {
    append(9);
    history.unavailable = true;
    feed.onBatch(history.batch(SHARD, 4, 6));
    feed.onBatch(history.batch(SHARD, 8, 9));
    tick(50);
    assertEquals(List.of(), delivered);
    int tries = history.reads.get();
    for (int i = 0; i < 20; i++) tick(10);
    assertTrue(history.reads.get() - tries <= 3, "backs off, read " + history.reads.get());
    history.unavailable = false;
    tick(4_000);
    assertEquals(upTo(9), delivered);
  }

  @Test
  void beaconAheadOfThePositionMeansALossAfterAGracePeriod() {
    append(3);
    feed.onBeacon(new ShardBeacon(SHARD, "e1", 3));
    tick(10);
    assertEquals(0, history.reads.get());
    tick(ShardFeed.GRACE_MILLIS);
    assertEquals(upTo(3), delivered);
    assertEquals(1, history.reads.get());
  }

  @Test
  void beaconWhoseBatchArrivesCausesNoRead() {
    EventBatch batch = append();
    feed.onBeacon(new ShardBeacon(SHARD, "e1", 1));
    feed.onBatch(batch);
    tick(1_000);
    assertEquals(0, history.reads.get());
  }

  @Test
  void anotherEpochCountsOnlyWhenReadFromTheLog() {
    feed.onBatch(append());
    EventBatch other = new EventBatch(SHARD, "other", 2, append().events());
    feed.onBatch(other);
    assertEquals(upTo(1), delivered);
    assertTrue(feed.takeHeadNeeded());
    assertFalse(feed.takeHeadNeeded());
    feed.onBeacon(new ShardBeacon(SHARD, "other", 7));
    assertTrue(feed.takeHeadNeeded());
    feed.onHead(new EventHistory.Head(SHARD, "other", 7), 1, now);
    assertEquals(1, historyChanges);
    assertEquals("other:7", feed.offset().toString());
  }

  @Test
  void headBehindThePositionChangesTheHistoryUnlessTheAnswerIsLate() {
    append(5);
    feed.onBatch(history.batch(SHARD, 1, 5));
    feed.onHead(new EventHistory.Head(SHARD, "e1", 3), 2, now);
    assertEquals(5, feed.position());
    assertEquals(0, historyChanges);
    feed.onHead(new EventHistory.Head(SHARD, "e1", 3), 5, now);
    assertEquals(3, feed.position());
    assertEquals(1, historyChanges);
  }

  @Test
  void eventsDroppedByRetentionAreReportedAsLost() {
    append(10);
    history.dropBefore(SHARD, 6);
    feed.onBatch(history.batch(SHARD, 9, 10));
    assertEquals(List.of(6L, 7L, 8L, 9L, 10L), delivered);
    assertEquals(1, historyChanges);
  }

  @Test
  void batchesBeforeTheFirstHeadAreKept() {
    var deliveredToOther = new ArrayList<Long>();
    var other =
        new ShardFeed(
            SHARD,
            new BoundedCalls(Runnable::run, Duration.ofSeconds(5)),
            history,
            new ShardFeed.Sink() {
              @Override
              public boolean wants(List<String> streams) {
                return true;
              }

              @Override
              public void event(EventMessage message) {
                deliveredToOther.add(message.sequence());
              }

              @Override
              public void historyChanged(int shard) {}

              @Override
              public void repaired(int shard) {}

              @Override
              public void stale(int shard, long ageMillis) {}

              @Override
              public void fresh(int shard) {}
            });
    append(4);
    other.onBatch(history.batch(SHARD, 1, 2));
    other.onBatch(history.batch(SHARD, 3, 4));
    other.onHead(new EventHistory.Head(SHARD, "e1", 2), 0, now);
    assertEquals(List.of(3L, 4L), deliveredToOther);
  }

  @Test
  void heartbeatAheadOfThePositionMeansALossAfterAGracePeriod() {
    append(3);
    feed.onHeartbeat("e1", 3, now);
    tick(ShardFeed.GRACE_MILLIS);
    assertEquals(upTo(3), delivered);
    assertEquals(1, history.reads.get());
  }

  @Test
  void heartbeatBehindThePositionIsCheckedOnlyWhenThePositionHadSettled() {
    feed.onBatch(append());
    feed.onHeartbeat("e1", 0, now);
    assertFalse(feed.takeHeadNeeded());
    tick(2_000);
    feed.onHeartbeat("e1", 0, now);
    assertTrue(feed.takeHeadNeeded());
  }

  @Test
  void shardWithoutASignOfItsHeadIsStaleUntilOneComes() {
    tick(ShardFeed.STALE_MILLIS - 1);
    assertEquals(List.of(), freshness);
    tick(1);
    assertEquals(List.of("stale " + ShardFeed.STALE_MILLIS), freshness);
    tick(1_000);
    feed.onBeacon(new ShardBeacon(SHARD, "e1", 0));
    tick(10);
    assertEquals(List.of("stale " + ShardFeed.STALE_MILLIS, "fresh"), freshness);
  }

  @Test
  void shardThatCannotReadWhatItKnowsToBeMissingIsStaleUntilItHasBeenRepaired() {
    append(2);
    history.unavailable = true;
    for (int i = 0; i < 5; i++) {
      feed.onBeacon(new ShardBeacon(SHARD, "e1", 2));
      tick(1_000);
    }
    assertEquals(List.of("stale " + ShardFeed.STALE_MILLIS), freshness);
    history.unavailable = false;
    for (int i = 0; i < 4; i++) {
      feed.onBeacon(new ShardBeacon(SHARD, "e1", 2));
      tick(1_000);
    }
    assertEquals(upTo(2), delivered);
    assertEquals(List.of("stale " + ShardFeed.STALE_MILLIS, "fresh"), freshness);
  }

  @Test
  void answerIsAsOldAsItsQuestion() {
    tick(2_000);
    feed.onHead(new EventHistory.Head(SHARD, "e1", 0), 0, now - 2_000);
    tick(1_000);
    assertEquals(List.of("stale " + ShardFeed.STALE_MILLIS), freshness);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyEventIsDeliveredOnceAndInOrderHoweverTheBusBehaves(long seed) {
    var random = new Random(seed);
    append(300);
    var batches = new ArrayList<EventBatch>();
    for (int first = 1; first <= 300; ) {
      int last = Math.min(300, first + random.nextInt(7));
      if (random.nextInt(5) > 0) batches.add(history.batch(SHARD, first, last));
      if (random.nextInt(4) == 0) batches.add(history.batch(SHARD, Math.max(1, first - 3), last));
      first = last + 1;
    }
    for (int i = 0; i + 4 < batches.size(); i += 4) {
      Collections.shuffle(batches.subList(i, i + 4), random);
    }
    for (EventBatch batch : batches) {
      history.unavailable = random.nextInt(3) == 0;
      feed.onBatch(batch);
      tick(random.nextInt(100));
    }
    history.unavailable = false;
    feed.onBeacon(new ShardBeacon(SHARD, "e1", 300));
    tick(5_000);
    tick(5_000);
    assertEquals(upTo(300), delivered);
    assertEquals(0, historyChanges);
  }

  private EventBatch append() {
    return history.append("task_created", "{}", STREAM);
  }

  private void append(int events) {
    for (int i = 0; i < events; i++) append();
  }

  private void tick(long millis) {
    now += millis;
    feed.tick(now);
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
