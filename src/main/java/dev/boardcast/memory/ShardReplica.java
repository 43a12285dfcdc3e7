package dev.boardcast.memory;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogEpoch;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.LogTerm;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ReplicaMessage.Body;
import dev.boardcast.bus.ReplicaMessage.Claim;
import dev.boardcast.bus.ReplicaMessage.Confirmed;
import dev.boardcast.bus.ReplicaMessage.Establish;
import dev.boardcast.bus.ReplicaMessage.Fetch;
import dev.boardcast.bus.ReplicaMessage.Holding;
import dev.boardcast.bus.ReplicaMessage.Page;
import dev.boardcast.bus.ReplicaMessage.Promise;
import dev.boardcast.bus.ReplicaMessage.Refused;
import dev.boardcast.bus.ReplicaMessage.Replicate;
import dev.boardcast.bus.ReplicaMessage.Replicated;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * One node's part in keeping the log of one shard in memory: it numbers the events, or holds the
 * copy, or neither. Messages may be lost, repeated and late; {@link #tick} repeats what has no
 * answer.
 *
 * <p>What holds always (see ADR 53):
 *
 * <ul>
 *   <li>Only the node that began an epoch numbers in it, so no two events have one offset.
 *   <li>An event is committed, that is published, readable and acknowledged, when the copy has it,
 *       where there is a second node, and when every node that the numbering one sees has confirmed
 *       the term.
 *   <li>A node continues an earlier log only if that was complete in the latest term that any node
 *       it sees has confirmed. Otherwise, and when another node has events that this log has not,
 *       it begins an epoch that is broken: no earlier offset is continued.
 * </ul>
 *
 * Not thread safe. Times are milliseconds of a monotonic clock.
 */
final class ShardReplica {
  static final int REPEAT_MILLIS = 200;
  private static final int CLAIM_PAUSE_MILLIS = 300;
  private static final int PAGE_EVENTS = 1_000;
  private static final int PAGE_BYTES = 256 << 10;

  private enum Role {
    FOLLOWING,
    CLAIMING,
    FETCHING,
    NUMBERING
  }

  private final int shard;
  private final String self;
  private final ReplicaOutput output;
  private final ReplicaLog log;
  private final Appends appends = new Appends();
  private final Set<String> merged = new HashSet<>();
  private Membership members = Membership.of(List.of());
  private Role role = Role.FOLLOWING;

  /** No message of an earlier term is taken. */
  private LogTerm promised = LogTerm.NONE;

  private long now;
  private long claimAt;
  private long sentAt;
  private long establishedAt;

  // While it claims: the answers, and then the node whose log it fetches.
  private final Promises promises;
  private String source;
  private Holding wanted;
  private MemoryLog incoming;

  // While it numbers.
  private LogTerm term;
  private String copy;
  private String nextCopy;
  private boolean isSwitching;
  private boolean isOffered;
  private long copyHead;
  private long sentTo;
  private boolean isCopyKnown;
  private long establishedHead;
  private final Set<String> unconfirmed = new TreeSet<>();

  ShardReplica(int shard, String self, BroadcastConfig bounds, ReplicaOutput output) {
    this.shard = shard;
    this.self = self;
    this.output = output;
    this.log = new ReplicaLog(bounds);
    this.promises = new Promises(self);
  }

  // ---- What the node asks and tells

  /** Whether events that this node numbers can be acknowledged, and read. */
  boolean isServing() {
    return role == Role.NUMBERING
        && log.established().equals(term)
        && !isSwitching
        && events().committed() >= establishedHead;
  }

  /** The node that numbers, as far as this one knows. */
  String numberingNode() {
    if (role != Role.FOLLOWING) return self;
    String last = log.established().node();
    if (promised.equals(log.established()) && members.reachable().contains(last)) return last;
    List<String> ranked = members.ranked(shard);
    return ranked.isEmpty() ? self : ranked.get(0);
  }

  /** The end of the committed events; only while {@link #isServing}. */
  Offset position() {
    return new Offset(events().epoch(), events().committed());
  }

  /** Committed events; only while {@link #isServing}. */
  LogAnswer answer(LogQuery query) {
    return events().answer(query);
  }

  /** Whether this node has, of this shard, what others may need. */
  boolean isNeeded() {
    return role != Role.FOLLOWING || log.isComplete();
  }

  /** How many events it keeps. */
  long size() {
    return events().head() - events().oldest() + 1;
  }

  /** Numbers events, where this node does. */
  void append(List<LogEntry> entries, AppendResult result) {
    if (role != Role.NUMBERING) {
      result.done(null);
    } else if (isSwitching) {
      if (!appends.defer(entries, result)) result.done(null);
    } else {
      appends.number(events(), entries, result);
      replicate(false);
      advance();
    }
  }

  /** Takes the nodes that this one sees now. */
  void members(Membership now) {
    var newcomers = new TreeSet<>(now.reachable());
    newcomers.removeAll(members.reachable());
    members = now;
    switch (role) {
      case FOLLOWING -> claimIfFirst();
      case CLAIMING -> {
        promises.retain(now.reachable());
        newcomers.remove(self);
        newcomers.forEach(node -> output.send(node, new Claim(term)));
        chooseIfAllAnswered();
      }
      case FETCHING -> {
        if (!now.reachable().contains(source)) claim();
      }
      case NUMBERING -> {
        unconfirmed.retainAll(now.reachable());
        newcomers.remove(self);
        unconfirmed.addAll(newcomers);
        String wish = desiredCopy();
        boolean isAsWished = Objects.equals(wish, isSwitching ? nextCopy : copy);
        if (!isAsWished) switchCopy();
        else if (!isSwitching) newcomers.forEach(this::establish);
        advance();
      }
    }
  }

  void tick(long millis, Instant time) {
    now = millis;
    events().expire(time);
    switch (role) {
      case FOLLOWING -> claimIfFirst();
      case CLAIMING -> {
        if (isRepeatDue()) sendClaims();
      }
      case FETCHING -> {
        if (isRepeatDue()) fetch();
      }
      case NUMBERING -> {
        if (isRepeatDue()) {
          sentAt = now;
          // What the next copy has is asked again: any message may be lost.
          if (isSwitching && !isOffered) isCopyKnown = false;
          if (isOffered) establish(nextCopy);
          else replicate(true);
        }
        if (!isSwitching && now - establishedAt >= REPEAT_MILLIS) establishUnconfirmed();
      }
    }
  }

  private boolean isRepeatDue() {
    return now - sentAt >= REPEAT_MILLIS;
  }

  void receive(String from, Body message) {
    if (message instanceof Claim claim) onClaim(from, claim);
    else if (message instanceof Promise promise) onPromise(from, promise);
    else if (message instanceof Refused refused) onRefused(refused);
    else if (message instanceof Fetch fetch) onFetch(from, fetch);
    else if (message instanceof Page page) onPage(from, page);
    else if (message instanceof Replicate replicate) onReplicate(from, replicate);
    else if (message instanceof Replicated replicated) onReplicated(from, replicated);
    else if (message instanceof Establish establish) onEstablish(from, establish);
    else if (message instanceof Confirmed confirmed) onConfirmed(from, confirmed);
  }

  // ---- Becoming the node that numbers

  private void claimIfFirst() {
    List<String> ranked = members.ranked(shard);
    if (now < claimAt || ranked.isEmpty() || !ranked.get(0).equals(self)) return;
    claim();
  }

  private void claim() {
    role = Role.CLAIMING;
    term = promised.max(log.established()).next(self);
    promised = term;
    merged.clear();
    promises.clear();
    promises.put(self, new Promise(term, log.acknowledgedIn(), log.holding(merged)));
    sendClaims();
    chooseIfAllAnswered();
  }

  private void sendClaims() {
    sentAt = now;
    for (String node : members.reachable()) {
      if (!promises.has(node)) output.send(node, new Claim(term));
    }
  }

  private void onClaim(String from, Claim claim) {
    if (claim.term().equals(promised)) {
      // Repeated: the answer was lost.
      if (role == Role.FOLLOWING) promise(from, claim);
      return;
    }
    List<String> ranked = members.ranked(shard);
    boolean isBetter =
        role == Role.NUMBERING
            && members.numbering().contains(self)
            && ranked.indexOf(self) < indexOrLast(ranked, from);
    if (claim.term().isBefore(promised) || isBetter) {
      output.send(from, new Refused(claim.term(), promised));
      return;
    }
    promised = claim.term();
    follow();
    promise(from, claim);
  }

  private static int indexOrLast(List<String> ranked, String node) {
    int at = ranked.indexOf(node);
    return at < 0 ? ranked.size() : at;
  }

  private void promise(String to, Claim claim) {
    output.send(to, new Promise(claim.term(), log.acknowledgedIn(), log.holding(merged)));
  }

  /** Numbers no more, if it did. */
  private void follow() {
    boolean numbered = role == Role.NUMBERING;
    role = Role.FOLLOWING;
    claimAt = now + CLAIM_PAUSE_MILLIS;
    copy = null;
    nextCopy = null;
    isSwitching = false;
    isOffered = false;
    if (numbered) {
      output.roleChanged(false);
      appends.fail();
    }
  }

  private void onPromise(String from, Promise promise) {
    if (role != Role.CLAIMING || !promise.term().equals(term)) return;
    promises.put(from, promise);
    chooseIfAllAnswered();
  }

  private void onRefused(Refused refused) {
    boolean isOurs = role != Role.FOLLOWING && refused.term().equals(term);
    if (!isOurs || !term.isBefore(refused.promised())) {
      // Refused by a node that numbers and has precedence: it is not asked again at once.
      if (isOurs && role == Role.CLAIMING) follow();
      return;
    }
    promised = promised.max(refused.promised());
    follow();
  }

  private void chooseIfAllAnswered() {
    if (!promises.hasAll(members.reachable())) return;
    String best = promises.best();
    merged.addAll(promises.lost(best));
    if (best == null) {
      log.forget();
      beginNumbering();
    } else if (best.equals(self)) {
      beginNumbering();
    } else {
      source = best;
      wanted = promises.holding(best);
      incoming = log.incoming(wanted);
      role = Role.FETCHING;
      fetchOrBegin();
    }
  }

  private void fetchOrBegin() {
    if (incoming.head() < wanted.state().head()) {
      fetch();
      return;
    }
    log.replaceBy(incoming, wanted.state());
    beginNumbering();
  }

  private void fetch() {
    sentAt = now;
    output.send(source, new Fetch(term, incoming.head()));
  }

  private void onFetch(String from, Fetch fetch) {
    if (fetch.term().isBefore(promised)) output.send(from, new Refused(fetch.term(), promised));
    if (!fetch.term().equals(promised) || role != Role.FOLLOWING) return;
    if (fetch.after() < events().oldest() - 1) return;
    output.send(
        from,
        new Page(
            fetch.term(), fetch.after(), events().after(fetch.after(), PAGE_EVENTS, PAGE_BYTES)));
  }

  private void onPage(String from, Page page) {
    boolean isExpected =
        role == Role.FETCHING
            && page.term().equals(term)
            && from.equals(source)
            && page.after() == incoming.head();
    if (!isExpected || page.entries().isEmpty()) return;
    for (LogEntry entry : page.entries()) {
      if (incoming.head() < wanted.state().head()) incoming.append(entry);
    }
    fetchOrBegin();
  }

  private void beginNumbering() {
    role = Role.NUMBERING;
    LogTerm latest = promises.latest();
    // The first log of all continues none, and loses nothing.
    boolean isLost = events().isBlank() && LogTerm.NONE.isBefore(latest);
    if (!events().isBlank()) events().commit(promises.committed(events()));
    log.beginNumbering(output.newEpoch(), isLost || !merged.isEmpty(), latest);
    copy = null;
    unconfirmed.clear();
    unconfirmed.addAll(members.reachable());
    unconfirmed.remove(self);
    output.roleChanged(true);
    prepareSwitch();
  }

  // ---- Numbering

  private String desiredCopy() {
    for (String node : members.ranked(shard)) {
      if (!node.equals(self)) return node;
    }
    return null;
  }

  /** Another node is to hold the copy: nothing is numbered until it has all. */
  private void switchCopy() {
    term = promised.max(log.established()).next(self);
    promised = term;
    unconfirmed.clear();
    unconfirmed.addAll(members.reachable());
    unconfirmed.remove(self);
    prepareSwitch();
  }

  private void prepareSwitch() {
    isSwitching = true;
    isOffered = false;
    isCopyKnown = false;
    copy = null;
    nextCopy = desiredCopy();
    if (nextCopy == null) endSwitch();
    else replicate(true);
  }

  private void endSwitch() {
    isSwitching = false;
    isOffered = false;
    copy = nextCopy;
    nextCopy = null;
    copyHead = events().head();
    sentTo = copyHead;
    establishedHead = copyHead;
    log.inForce(term);
    if (copy != null) unconfirmed.remove(copy);
    establishUnconfirmed();
    appends.number(events());
    replicate(false);
    advance();
  }

  private void establishUnconfirmed() {
    establishedAt = now;
    unconfirmed.forEach(this::establish);
  }

  private void establish(String node) {
    String holder = isSwitching ? nextCopy : copy;
    output.send(node, new Establish(term, log.state(merged), holder));
  }

  /**
   * Sends the copy what it has not; of what is under way, nothing again.
   *
   * @param repeats whether what is under way may be lost
   */
  private void replicate(boolean repeats) {
    String node = isSwitching ? nextCopy : copy;
    if (node == null) return;
    if (!isCopyKnown && isSwitching) {
      // Asks how far it reaches.
      sentAt = now;
      output.send(node, new Replicate(term, log.state(merged), false, events().head(), List.of()));
      return;
    }
    boolean isUnderWay = sentTo > copyHead;
    if (isUnderWay && !repeats) return;
    if (copyHead >= events().head()) return;
    send(node, copyHead, false);
  }

  private void send(String node, long after, boolean isWhole) {
    sentAt = now;
    List<LogEntry> entries = events().after(after, PAGE_EVENTS, PAGE_BYTES);
    sentTo = after + entries.size();
    output.send(node, new Replicate(term, log.state(merged), isWhole, after, entries));
  }

  private void onReplicated(String from, Replicated replicated) {
    String node = isSwitching ? nextCopy : copy;
    boolean isExpected =
        role == Role.NUMBERING && replicated.term().equals(term) && from.equals(node);
    if (!isExpected) return;
    if (replicated.diverged() != null) {
      admit(replicated.diverged());
      return;
    }
    boolean fits =
        replicated.epoch() != null
            && replicated.head() >= events().oldest() - 1
            && replicated.head() <= events().head()
            && replicated.epoch().equals(Lineage.epochAt(events().epochs(), replicated.head()));
    if (!fits) {
      if (!isSwitching) {
        switchCopy();
        return;
      }
      isCopyKnown = true;
      copyHead = events().oldest() - 1;
      send(node, copyHead, true);
      return;
    }
    if (isCopyKnown && replicated.head() < copyHead && !isSwitching) return;
    isCopyKnown = true;
    copyHead = Math.max(replicated.head(), isSwitching ? 0 : copyHead);
    if (sentTo < copyHead) sentTo = copyHead;
    if (isSwitching && copyHead == events().head()) {
      if (isOffered) return;
      isOffered = true;
      sentAt = now;
      establish(node);
      return;
    }
    // Not all that was sent has arrived: it is repeated after a time, unless this was all.
    if (copyHead >= sentTo || isSwitching) {
      sentTo = copyHead;
      replicate(false);
    }
    advance();
  }

  private void onConfirmed(String from, Confirmed confirmed) {
    if (role != Role.NUMBERING || !confirmed.term().equals(term)) return;
    if (confirmed.diverged() != null) {
      admit(confirmed.diverged());
    } else if (isSwitching) {
      if (isOffered && from.equals(nextCopy)) endSwitch();
    } else if (unconfirmed.remove(from)) {
      advance();
    }
  }

  /** Another node has events that this log has not: no earlier offset is continued. */
  private void admit(String epoch) {
    if (merged.add(epoch)) events().beginEpoch(output.newEpoch(), true);
    switchCopy();
  }

  private void advance() {
    if (role != Role.NUMBERING || isSwitching || !unconfirmed.isEmpty()) return;
    long limit = copy == null ? events().head() : Math.min(copyHead, events().head());
    long from = events().committed();
    while (from < limit) {
      List<LogEntry> entries =
          events().after(from, (int) Math.min(PAGE_EVENTS, limit - from), PAGE_BYTES);
      var events = entries.stream().map(LogEntry::event).toList();
      output.publish(new EventBatch(shard, events().epoch(), from + 1, events));
      from += events.size();
    }
    events().commit(limit);
    appends.committed(limit);
  }

  // ---- Following

  /** Takes the term of a message; false when it is too old. */
  private boolean accepts(String from, LogTerm of) {
    if (of.isBefore(promised)) {
      output.send(from, new Refused(of, promised));
      return false;
    }
    if (promised.isBefore(of)) {
      promised = of;
      follow();
    }
    return role == Role.FOLLOWING;
  }

  private void onReplicate(String from, Replicate replicate) {
    if (!accepts(from, replicate.term())) return;
    String diverged = log.diverged(replicate.term(), replicate.state());
    boolean fits = diverged == null && log.take(replicate);
    String epoch = fits ? events().epochOfHead() : null;
    long head = fits ? events().head() : 0;
    output.send(from, new Replicated(replicate.term(), epoch, head, diverged));
  }

  private void onEstablish(String from, Establish establish) {
    if (!accepts(from, establish.term())) return;
    String diverged = log.diverged(establish.term(), establish.state());
    if (diverged == null && !self.equals(establish.copy())) log.confirm(establish.term());
    else if (diverged == null && !log.confirmAsCopy(establish)) return;
    output.send(from, new Confirmed(establish.term(), diverged));
  }

  private MemoryLog events() {
    return log.events();
  }

  /** The offset at which a client continues that has another one; while {@link #isServing}. */
  Optional<Offset> resolve(Offset offset) {
    return Lineage.resolve(events().epochs(), events().committed(), offset);
  }

  List<LogEpoch> epochs() {
    return events().epochs();
  }

  @Override
  public String toString() {
    String doing =
        role != Role.NUMBERING
            ? members.toString()
            : "copy %s, next %s, offered %s, has %d, unconfirmed %s"
                .formatted(copy, nextCopy, isOffered, copyHead, unconfirmed);
    return "%s of shard %d: %s, %s promised, %s, %s"
        .formatted(self, shard, role, promised, log, doing);
  }
}
