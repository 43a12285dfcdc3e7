package dev.boardcast.gateway.presence;

import dev.boardcast.bus.NodeBeacon;
import dev.boardcast.bus.Presence;
import dev.boardcast.bus.PresenceChange;
import dev.boardcast.bus.PresenceData;
import dev.boardcast.bus.PresenceReport;
import dev.boardcast.bus.PresenceRequest;
import dev.boardcast.gateway.protocol.PresenceList;
import dev.boardcast.gateway.protocol.PresentUser;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Who is present on the topics of the cluster, as far as this node knows: by its own sessions, and
 * by what other nodes report. One per node. Thread safe.
 */
public final class PresenceRegistry {
  static final int MAX_CHANGES = 200;

  // Of all other nodes together.
  private static final int MAX_REPLICATED = 300_000;
  private static final int STATE_MILLIS = 500;

  private final String node;
  private final LongSupplier millis;
  private final InstantSource clock;
  private final long run;
  private final LocalPresence own = new LocalPresence();
  private final ReplicaSet others;
  private final PresenceTable table = new PresenceTable();
  private final Map<String, TopicFeed> feeds = new HashMap<>();
  private final Set<TopicFeed> touched = new HashSet<>();
  private final Set<PresenceKey> unreported = new LinkedHashSet<>();
  private long sequence;
  private boolean isStateWanted;
  private long stateSentAt = Long.MIN_VALUE / 2;
  private boolean isFull;
  private boolean wasPartial;

  /**
   * @param node the name of this node
   */
  public PresenceRegistry(String node, Clock clock) {
    this(node, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), clock);
  }

  /**
   * @param millis a monotonic clock
   */
  PresenceRegistry(String node, LongSupplier millis, InstantSource clock) {
    this.node = node;
    this.millis = millis;
    this.clock = clock;
    this.run = clock.millis();
    this.others = new ReplicaSet(node, now());
  }

  /**
   * A session of this node is present on a topic, or shows other data.
   *
   * @param data null to leave what it has shown
   * @return false when this node has too many entries; then nothing has changed
   */
  public synchronized boolean enter(String topic, String user, String session, PresenceData data) {
    var key = new PresenceKey(topic, user);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (!own.enter(key, session, data, now)) return false;
    ownChanged(key);
    return true;
  }

  /** A session of this node is no longer present on a topic; harmless when it was not. */
  public synchronized void leave(String topic, String user, String session) {
    var key = new PresenceKey(topic, user);
    own.leave(key, session);
    ownChanged(key);
  }

  /**
   * Watches a topic from now on.
   *
   * @return what its watchers have been shown so far; updates of higher versions follow
   */
  public synchronized PresenceUpdate watch(String topic, PresenceWatcher watcher) {
    TopicFeed feed =
        feeds.computeIfAbsent(topic, first -> new TopicFeed(topic, table, isPartial(), now()));
    feed.watchers().add(watcher);
    return feed.current();
  }

  public synchronized void unwatch(String topic, PresenceWatcher watcher) {
    TopicFeed feed = feeds.get(topic);
    if (feed == null) return;
    feed.watchers().remove(watcher);
    if (!feed.watchers().isEmpty()) return;
    feeds.remove(topic);
    touched.remove(feed);
  }

  /** Who is on a topic now. */
  public synchronized PresenceList list(String topic) {
    boolean countsOnly = table.count(topic) > TopicFeed.MAX_LISTED;
    List<PresentUser> users = countsOnly ? List.of() : table.users(topic);
    return new PresenceList(
        topic, users, table.count(topic), countsOnly ? true : null, isPartial() ? true : null);
  }

  /** Takes a report of the bus. */
  synchronized void receive(PresenceReport report) {
    if (!report.node().equals(node)) apply(others.receive(report, now()));
  }

  /** Takes the beacon of a node. */
  synchronized void receive(NodeBeacon beacon) {
    others.receive(beacon, now()).forEach(this::apply);
  }

  /** Another node has missed a report. */
  synchronized void receive(PresenceRequest request) {
    if (request.node().equals(node)) isStateWanted = true;
  }

  /**
   * Looks for silent nodes and sends the updates that are due. Called ten times a second.
   *
   * @return what to publish: the reports of this node, in their order
   */
  synchronized List<PresenceReport> tick() {
    long now = now();
    others.check(now).forEach(this::apply);
    if (isPartial() != wasPartial) {
      wasPartial = !wasPartial;
      touched.addAll(feeds.values());
    }
    for (TopicFeed feed : List.copyOf(touched)) {
      if (feed.isDue(now)) update(feed, now);
    }
    var reports = new ArrayList<>(changes());
    if (isStateWanted && now - stateSentAt >= STATE_MILLIS) {
      isStateWanted = false;
      stateSentAt = now;
      reports.addAll(state());
    }
    return reports;
  }

  /** The requests to publish: of nodes whose reports were missed. */
  synchronized List<PresenceRequest> requests() {
    return others.toAsk(now()).stream().map(name -> new PresenceRequest(name, node)).toList();
  }

  /** By which others notice that they have missed a report, or that this node has restarted. */
  synchronized PresenceReport digest() {
    return PresenceReport.ofChanges(node, run, sequence, List.of());
  }

  private void ownChanged(PresenceKey key) {
    if (!table.set(key, node, own.find(key))) return;
    unreported.add(key);
    TopicFeed feed = touch(key);
    // At once where its watchers were told nothing in the last second: a session sees itself.
    long now = now();
    if (feed != null && feed.isDue(now)) update(feed, now);
  }

  private void apply(ReplicaSet.Changed changed) {
    for (PresenceKey key : changed.keys()) {
      Presence presence = others.find(changed.node(), key);
      if (presence != null && table.size() - own.size() >= MAX_REPLICATED) isFull = true;
      else if (table.set(key, changed.node(), presence)) touch(key);
    }
  }

  private boolean isPartial() {
    return isFull || others.isPartial();
  }

  private TopicFeed touch(PresenceKey key) {
    TopicFeed feed = feeds.get(key.topic());
    if (feed == null) return null;
    feed.touch(key.user());
    touched.add(feed);
    return feed;
  }

  private void update(TopicFeed feed, long now) {
    touched.remove(feed);
    PresenceUpdate update = feed.update(table, isPartial(), now);
    if (update != null) feed.watchers().forEach(watcher -> watcher.updated(update));
  }

  private List<PresenceReport> changes() {
    var reports = new ArrayList<PresenceReport>();
    var changes = new ArrayList<PresenceChange>();
    for (PresenceKey key : unreported) {
      changes.add(new PresenceChange(key.topic(), key.user(), own.find(key)));
      if (changes.size() == MAX_CHANGES) {
        reports.add(PresenceReport.ofChanges(node, run, ++sequence, changes));
        changes = new ArrayList<>();
      }
    }
    if (!changes.isEmpty()) {
      reports.add(PresenceReport.ofChanges(node, run, ++sequence, changes));
    }
    unreported.clear();
    return reports;
  }

  private List<PresenceReport> state() {
    var all = new ArrayList<PresenceChange>();
    for (PresenceKey key : own.keys()) {
      all.add(new PresenceChange(key.topic(), key.user(), own.find(key)));
    }
    int parts = Math.max(1, (all.size() + MAX_CHANGES - 1) / MAX_CHANGES);
    var reports = new ArrayList<PresenceReport>();
    for (int part = 0; part < parts; part++) {
      int from = part * MAX_CHANGES;
      List<PresenceChange> some = all.subList(from, Math.min(from + MAX_CHANGES, all.size()));
      reports.add(new PresenceReport(node, run, sequence, part, parts, some));
    }
    return reports;
  }

  private long now() {
    return millis.getAsLong();
  }
}
