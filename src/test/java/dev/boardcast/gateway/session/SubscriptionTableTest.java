package dev.boardcast.gateway.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.gateway.protocol.BoardDialect;
import dev.boardcast.gateway.protocol.EventMessage;
import dev.boardcast.gateway.protocol.NativeDialect;
import dev.boardcast.gateway.protocol.SnapshotMessage;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.RawJson;
import dev.boardcast.spi.Snapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SubscriptionTableTest {
  private static final Instant AT = Instant.parse("2025-11-16T12:34:56.789Z");

  private final SessionFixture fixture = new SessionFixture();
  private final SubscriptionTable table = fixture.table;

  @Test
  void queriedSnapshotGoesToSubscribersThatHaveNone() {
    BoardSubscription first = board("routing");
    table.snapshot(snapshot("routing", 1), false);
    BoardSubscription second = board("routing");
    assertTrue(first.hasSnapshot());
    assertFalse(second.hasSnapshot());
    fixture.sent.clear();
    table.snapshot(snapshot("routing", 2), true);
    assertEquals(1, fixture.sent.size());
    table.unavailable("routing", AT, true);
    assertEquals(1, fixture.sent.size());
    table.unavailable("routing", AT, false);
    assertEquals(3, fixture.sent.size());
  }

  @Test
  void snapshotGoesToTheSubscribersOfItsBoardUntilTheyAreRemoved() {
    BoardSubscription routing = board("routing");
    board("platform");
    assertTrue(table.hasSubscribers("routing"));
    table.snapshot(snapshot("routing", 1), false);
    assertEquals(1, fixture.sent.size());
    table.remove(routing);
    assertFalse(table.hasSubscribers("routing"));
    table.snapshot(snapshot("routing", 2), false);
    assertEquals(1, fixture.sent.size());
  }

  @Test
  void eventOfSeveralStreamsIsSentOnce() {
    Session session = fixture.session(NativeDialect.INSTANCE);
    session.goLive(SessionState.Live.ANONYMOUS);
    subscribe(session, "tasks", Set.of("user.ann", "team.red"), false);
    subscribe(session, "team.red", Set.of("team.red"), true);
    table.publish(event(1, "user.ann", "team.red"));
    assertEquals(1, fixture.sent.size());
    assertTrue(fixture.sent.get(0).contains("\"topic\":\"team.red\""), fixture.sent.toString());
    table.publish(event(2, "user.ann"));
    assertEquals(2, fixture.sent.size());
    assertTrue(fixture.sent.get(1).contains("\"topic\":\"tasks\""), fixture.sent.toString());
    table.publish(event(3, "user.bob"));
    assertEquals(2, fixture.sent.size());
  }

  @Test
  void everySubscriptionOfAShardIsVisitedOnce() {
    Session session = fixture.session(NativeDialect.INSTANCE);
    session.goLive(SessionState.Live.ANONYMOUS);
    subscribe(session, "tasks", Set.of("user.ann", "team.red"), false);
    subscribe(session, "team.red", Set.of("team.red"), true);
    var topics = new ArrayList<String>();
    table.forEachOfShard(0, stream -> topics.add(stream.topic()));
    assertEquals(List.of("tasks", "team.red"), topics.stream().sorted().toList());
    table.forEachOfShard(1, stream -> topics.add(stream.topic()));
    assertEquals(2, topics.size());
  }

  private BoardSubscription board(String name) {
    Session session = fixture.session(BoardDialect.of(Board.Format.BARE));
    session.goLive(SessionState.Live.ANONYMOUS);
    var subscription = new BoardSubscription(session, name, name, null);
    session.subscriptions().put(subscription);
    table.add(subscription);
    return subscription;
  }

  private void subscribe(Session session, String topic, Set<String> streams, boolean plain) {
    var subscription = new StreamSubscription(session, topic, 0, streams, plain, null, 0);
    subscription.startAfter(0);
    session.subscriptions().put(subscription);
    table.add(subscription);
  }

  private static SnapshotMessage snapshot(String board, int version) {
    return new SnapshotMessage(new Snapshot(board, version, AT, AT, false, RawJson.of("{}")));
  }

  private static EventMessage event(long sequence, String... streams) {
    var event =
        new LoggedEvent(
            sequence, UUID.randomUUID(), "task_created", List.of(streams), RawJson.of("{}"), AT);
    return new EventMessage(0, "e1", event);
  }
}
