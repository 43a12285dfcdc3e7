package dev.boardcast.gateway.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.gateway.protocol.PresentUser;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicFeedTest {
  private static final String TOPIC = "doc.1";

  private final PresenceTable table = new PresenceTable();
  private final TopicFeed feed = new TopicFeed(TOPIC, table, false, 10_000);

  @Test
  void whatHappensWithinASecondIsOneUpdateAndWhoOnlyPassedIsInNone() {
    set("ann", "n1", 1, "here");
    set("bob", "n1", 2, "here");
    set("carol", "n1", 3, "here");
    set("carol", "n1", 0, null);
    assertTrue(feed.isDue(10_000));
    PresenceUpdate update = feed.update(table, false, 10_000);
    assertEquals(List.of("ann", "bob"), names(update.delta().joined()));
    assertEquals(List.of(), update.delta().left());
    assertEquals(2, update.delta().count());
    assertFalse(feed.isDue(10_999));
    assertTrue(feed.isDue(11_000));

    set("ann", "n1", 0, null);
    set("bob", "n1", 2, "away");
    update = feed.update(table, false, 11_000);
    assertEquals(List.of(), update.delta().joined());
    assertEquals(List.of("bob"), names(update.delta().updated()));
    assertEquals(List.of("ann"), update.delta().left());
    assertEquals(List.of("bob"), names(update.list().users()));
    assertNull(feed.update(table, false, 12_000), "nothing has changed");
  }

  @Test
  void aUserOnTwoNodesCountsOnceAndStaysUntilTheLastHasGone() {
    set("ann", "n1", 5, null);
    set("ann", "n2", 3, "editing");
    PresenceUpdate update = feed.update(table, false, 10_000);
    assertEquals(1, update.delta().count());
    PresentUser ann = update.delta().joined().get(0);
    assertEquals(Instant.ofEpochSecond(3), ann.since());
    assertEquals("editing", ann.data().state());
    set("ann", "n1", 0, null);
    assertNull(feed.update(table, false, 11_000));
    set("ann", "n2", 0, null);
    assertEquals(List.of("ann"), feed.update(table, false, 12_000).delta().left());
  }

  @Test
  void aboveTheBoundThereAreCountsAndBelowItTheWholeListAgain() {
    for (int n = 0; n < TopicFeed.MAX_LISTED; n++) set("u" + n, "n1", n + 1, null);
    PresenceUpdate listed = feed.update(table, false, 10_000);
    assertEquals(TopicFeed.MAX_LISTED, listed.delta().joined().size());
    set("one more", "n1", 1, null);
    PresenceUpdate counted = feed.update(table, false, 11_000);
    assertEquals(Boolean.TRUE, counted.delta().countsOnly());
    assertEquals(TopicFeed.MAX_LISTED + 1, counted.delta().count());
    assertEquals(List.of(), counted.delta().joined());
    assertEquals(List.of(), counted.list().users());
    set("one more", "n1", 0, null);
    assertEquals(Boolean.TRUE, feed.update(table, false, 12_000).delta().countsOnly());
    set("u0", "n1", 1, "editing");
    assertNull(feed.update(table, false, 13_000), "the count is the same");
    for (int n = TopicFeed.LISTED_AGAIN; n < TopicFeed.MAX_LISTED; n++) set("u" + n, "n1", 0, null);
    PresenceUpdate again = feed.update(table, false, 14_000);
    assertNull(again.delta());
    assertNull(again.list().countsOnly());
    assertEquals(TopicFeed.LISTED_AGAIN, again.list().users().size());
  }

  @Test
  void thatItMayNotBeAllIsAChangeToo() {
    set("ann", "n1", 1, null);
    feed.update(table, false, 10_000);
    PresenceUpdate update = feed.update(table, true, 11_000);
    assertEquals(Boolean.TRUE, update.delta().partial());
    assertNull(feed.update(table, true, 12_000));
    assertNull(feed.update(table, false, 13_000).delta().partial());
  }

  /** At a second from 1 on; 0 for a user who leaves. */
  private void set(String user, String node, int second, String state) {
    Instant since = Instant.ofEpochSecond(second);
    var data = new PresenceData(null, null, state);
    Presence presence =
        second == 0 ? null : new Presence(since, data, state == null ? Instant.EPOCH : since);
    table.set(new PresenceKey(TOPIC, user), node, presence);
    feed.touch(user);
  }

  private static List<String> names(List<PresentUser> users) {
    return users.stream().map(PresentUser::user).toList();
  }
}
