package dev.boardcast.memory;

import dev.boardcast.bus.Addresses;
import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.MemberBeacon;
import dev.boardcast.bus.ReplicaMessage;
import dev.boardcast.bus.ReplicaMessage.Answer;
import dev.boardcast.bus.ReplicaMessage.Append;
import dev.boardcast.bus.ReplicaMessage.Appended;
import dev.boardcast.bus.ReplicaMessage.Query;
import dev.boardcast.bus.ShardBeacon;
import dev.boardcast.bus.TypedBus;
import dev.boardcast.database.Heartbeat;
import dev.boardcast.database.HeartbeatHub;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Shards;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the streams of a node in memory, together with the other nodes of its cluster: the node's
 * {@link ShardReplica}s, who its members are, and requests to the nodes that number. One instance
 * per node. Its methods may be called from any thread; futures complete on the caller's context.
 */
public final class BroadcastNode extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(BroadcastNode.class);
  private static final int TICK_MILLIS = 25;
  private static final int MEMBER_BEACON_MILLIS = 250;
  private static final int SHARD_BEACON_MILLIS = 500;
  private static final int RETRY_MILLIS = 25;
  private static final int ANSWER_MILLIS = 500;
  private static final int MAX_REQUESTS = 20_000;
  private static final Duration MEMBERS_LIMIT = Duration.ofSeconds(1);
  private static final Duration SERVING_LIMIT = Duration.ofSeconds(20);
  private static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(3);

  // Less than a request of a client may take.
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(5);

  private final String node;
  private final TypedBus bus;
  private final Clock clock;
  private final Supplier<List<String>> clusterMembers;
  private final String ownMember;
  private final HeartbeatHub heartbeats = new HeartbeatHub();
  private final HeartbeatHub heads = new HeartbeatHub();
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private final AtomicLong requests = new AtomicLong();

  // Guarded by this.
  private final ShardReplica[] replicas = new ShardReplica[Shards.COUNT];
  private final Members members;
  private final Map<String, Waiting> waiting = new HashMap<>();
  private final List<Runnable> completions = new ArrayList<>();
  private Membership membership = Membership.of(List.of());
  private boolean isSettled;
  private boolean isStopped;
  private long startedAt;
  private long beaconAt;
  private long shardBeaconAt;

  private record Waiting(Consumer<ReplicaMessage.Body> handler, long timer) {}

  /**
   * @param node unique for this run of the process
   * @param ownMember the id of this node's Vert.x in the cluster; empty without one
   * @param clusterMembers the ids of all that are in the cluster now; any thread
   */
  public BroadcastNode(
      String node,
      TypedBus bus,
      Clock clock,
      BroadcastConfig config,
      String ownMember,
      Supplier<List<String>> clusterMembers) {
    this.node = node;
    this.bus = bus;
    this.clock = clock;
    this.ownMember = ownMember;
    this.clusterMembers = clusterMembers;
    this.members = new Members(node, millis());
    for (int shard = 0; shard < replicas.length; shard++) {
      replicas[shard] = new ShardReplica(shard, node, config, new Output(shard));
    }
  }

  /** Tells the node's gateway that the streams are up to date. */
  public HeartbeatHub heartbeats() {
    return heartbeats;
  }

  /** Tells where the shards of all nodes stand. */
  public HeartbeatHub heads() {
    return heads;
  }

  /** How many shards this node numbers. */
  public synchronized int numbering() {
    int count = 0;
    for (ShardReplica replica : replicas) if (replica.isServing()) count++;
    return count;
  }

  /** How many events this node keeps. */
  public synchronized long size() {
    long count = 0;
    for (ShardReplica replica : replicas) count += replica.size();
    return count;
  }

  @Override
  public Future<?> start() {
    startedAt = millis();
    return bus.subscribeAs(Addresses.REPLICAS, node, this::onMessage)
        .onSuccess(consumers::add)
        .compose(up -> bus.subscribe(Addresses.MEMBER_BEACONS, this::onBeacon))
        .onSuccess(consumers::add)
        .compose(up -> bus.subscribe(Addresses.SHARD_BEACONS, this::onShardBeacon))
        .onSuccess(consumers::add)
        .compose(
            up -> {
              announce(false, true);
              tick();
              vertx.setPeriodic(TICK_MILLIS, fired -> tick());
              return awaitServing(startedAt + SERVING_LIMIT.toMillis());
            });
  }

  /** Hands over what this node numbers and keeps, where another one can take it. */
  @Override
  public Future<?> stop() {
    synchronized (this) {
      members.leave();
    }
    announce(false, false);
    update();
    return awaitHandOver(millis() + HAND_OVER_LIMIT.toMillis())
        .eventually(
            () -> {
              synchronized (this) {
                isStopped = true;
              }
              return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
            })
        .onComplete(done -> announce(true, false));
  }

  // ---- Requests

  /**
   * Numbers events of one shard.
   *
   * @return for each, whether it is new, when it is kept; fails with a 503 {@link Problem} when
   *     that is not known in time
   */
  Future<List<Boolean>> append(int shard, List<LogEntry> entries) {
    Promise<List<Boolean>> outcome = Promise.promise();
    append(shard, entries, millis() + REQUEST_LIMIT.toMillis(), outcome);
    return onCaller(outcome.future());
  }

  private void append(
      int shard, List<LogEntry> entries, long deadline, Promise<List<Boolean>> outcome) {
    run(
        () -> {
          ShardReplica replica = replicas[shard];
          String at = replica.numberingNode();
          Runnable again =
              () -> retry(deadline, outcome, () -> append(shard, entries, deadline, outcome));
          if (!isSettled) {
            completions.add(again);
          } else if (at.equals(node)) {
            var timer = new Timer();
            replica.append(
                entries,
                fresh -> {
                  timer.end();
                  completions.add(
                      () -> {
                        if (fresh == null) again.run();
                        else outcome.tryComplete(fresh);
                      });
                });
            timer.begin(Math.max(1, deadline - millis()), () -> expire(outcome));
          } else {
            String request = newRequest();
            request(
                shard,
                at,
                request,
                new Append(request, entries),
                body -> {
                  List<Boolean> fresh = body instanceof Appended appended ? appended.fresh() : null;
                  if (fresh == null) again.run();
                  else outcome.tryComplete(fresh);
                },
                deadline);
          }
        });
  }

  /**
   * Reads from the log of a shard, where it is numbered.
   *
   * @return fails when no node answers in time
   */
  Future<LogAnswer> query(int shard, LogQuery query) {
    Promise<LogAnswer> outcome = Promise.promise();
    query(shard, query, millis() + REQUEST_LIMIT.toMillis() / 2, outcome);
    return onCaller(outcome.future());
  }

  private void query(int shard, LogQuery query, long deadline, Promise<LogAnswer> outcome) {
    run(
        () -> {
          ShardReplica replica = replicas[shard];
          String at = replica.numberingNode();
          Runnable again =
              () -> retry(deadline, outcome, () -> query(shard, query, deadline, outcome));
          if (isSettled && replica.isServing()) {
            LogAnswer answer = replica.answer(query);
            completions.add(() -> outcome.tryComplete(answer));
          } else if (!isSettled || at.equals(node)) {
            completions.add(again);
          } else {
            String request = newRequest();
            request(
                shard,
                at,
                request,
                new Query(request, query),
                body -> {
                  LogAnswer answer = body instanceof Answer found ? found.answer() : null;
                  if (answer == null) again.run();
                  else outcome.tryComplete(answer);
                },
                deadline);
          }
        });
  }

  private String newRequest() {
    return node + "-" + requests.incrementAndGet();
  }

  /** Sends a request; the handler gets null when it has no answer in time. Called with the lock. */
  private void request(
      int shard,
      String to,
      String request,
      ReplicaMessage.Body body,
      Consumer<ReplicaMessage.Body> handler,
      long deadline) {
    if (waiting.size() >= MAX_REQUESTS) {
      completions.add(() -> handler.accept(null));
      return;
    }
    bus.send(Addresses.REPLICAS, to, new ReplicaMessage(node, shard, body));
    long wait = Math.max(1, Math.min(ANSWER_MILLIS, deadline - millis()));
    long timer = vertx.setTimer(wait, late -> run(() -> answered(request, null)));
    waiting.put(request, new Waiting(handler, timer));
  }

  /** Called with the lock. */
  private void answered(String request, ReplicaMessage.Body body) {
    Waiting asked = waiting.remove(request);
    if (asked == null) return;
    vertx.cancelTimer(asked.timer());
    completions.add(() -> asked.handler().accept(body));
  }

  private void retry(long deadline, Promise<?> outcome, Runnable again) {
    if (millis() + RETRY_MILLIS >= deadline) expire(outcome);
    else vertx.setTimer(RETRY_MILLIS, due -> again.run());
  }

  private static void expire(Promise<?> outcome) {
    outcome.tryFail(Problem.unavailable("no node that keeps this stream has answered in time", 1));
  }

  // ---- Messages

  private void onMessage(ReplicaMessage message) {
    if (message.shard() < 0 || message.shard() >= replicas.length) return;
    run(
        () -> {
          ReplicaMessage.Body body = message.body();
          ShardReplica replica = replicas[message.shard()];
          if (body instanceof Appended appended) {
            answered(appended.request(), body);
          } else if (body instanceof Answer answer) {
            answered(answer.request(), body);
          } else if (body instanceof Append append) {
            replica.append(
                append.entries(), fresh -> reply(message, new Appended(append.request(), fresh)));
          } else if (body instanceof Query query) {
            LogAnswer found = replica.isServing() ? replica.answer(query.query()) : null;
            reply(message, new Answer(query.request(), found));
          } else if (members.received(message.from(), millis())) {
            refresh();
            replica.receive(message.from(), body);
          }
        });
  }

  private void reply(ReplicaMessage to, ReplicaMessage.Body body) {
    bus.send(Addresses.REPLICAS, to.from(), new ReplicaMessage(node, to.shard(), body));
  }

  private void onBeacon(MemberBeacon beacon) {
    if (beacon.node().equals(node)) return;
    boolean asks = beacon.asks();
    run(
        () -> {
          if (members.received(beacon, millis())) {
            LOG.debug("{} sees {}", node, beacon);
          }
          refresh();
        });
    if (asks) announce(false, false);
  }

  private void onShardBeacon(ShardBeacon beacon) {
    var at =
        new Heartbeat.Shard(beacon.shard(), beacon.epoch(), beacon.head(), OptionalDouble.empty());
    heads.publish(new Heartbeat(System.nanoTime(), List.of(at), Map.of()));
  }

  private void announce(boolean isGone, boolean asks) {
    boolean isLeaving;
    synchronized (this) {
      isLeaving = members.isLeaving();
      beaconAt = millis();
    }
    bus.publish(
        Addresses.MEMBER_BEACONS, new MemberBeacon(node, ownMember, isLeaving, isGone, asks));
  }

  // ---- Time

  private void tick() {
    long now = millis();
    boolean isBeaconDue;
    boolean isShardBeaconDue;
    synchronized (this) {
      if (isStopped) return;
      isBeaconDue = now - beaconAt >= MEMBER_BEACON_MILLIS;
      isShardBeaconDue = now - shardBeaconAt >= SHARD_BEACON_MILLIS;
      if (isShardBeaconDue) shardBeaconAt = now;
    }
    if (isBeaconDue) announce(false, false);
    update();
    run(
        () -> {
          if (!isSettled) return;
          for (ShardReplica replica : replicas) replica.tick(now, clock.instant());
          var heads = new ArrayList<Heartbeat.Shard>();
          for (int shard = 0; shard < replicas.length; shard++) {
            if (!replicas[shard].isServing()) continue;
            var at = replicas[shard].position();
            heads.add(
                new Heartbeat.Shard(shard, at.epoch(), at.sequence(), OptionalDouble.empty()));
            if (isShardBeaconDue) {
              bus.publish(
                  Addresses.SHARD_BEACONS, new ShardBeacon(shard, at.epoch(), at.sequence()));
            }
          }
          var beat = new Heartbeat(System.nanoTime(), heads, Map.of());
          if (isShardBeaconDue) completions.add(() -> heartbeats.publish(beat));
        });
  }

  private void update() {
    List<String> now = clusterMembers.get();
    run(
        () -> {
          members.inCluster(now, millis());
          refresh();
        });
  }

  /** Tells the replicas who the members are, if that has changed. Called with the lock. */
  private void refresh() {
    if (!isSettled) {
      boolean isLate = millis() - startedAt >= MEMBERS_LIMIT.toMillis();
      if (!isLate && !members.areAllKnown(ownMember)) return;
      isSettled = true;
    }
    Membership current = members.current();
    if (current.equals(membership)) return;
    LOG.info("node {} keeps streams with {}", node, current.reachable());
    membership = current;
    for (ShardReplica replica : replicas) replica.members(current);
  }

  private Future<Void> awaitServing(long deadline) {
    var heads = new ArrayList<Future<?>>();
    for (int shard = 0; shard < replicas.length; shard++) heads.add(query(shard, LogQuery.HEAD));
    return Future.all(heads)
        .<Void>mapEmpty()
        .recover(
            failure ->
                millis() >= deadline ? Future.failedFuture(failure) : awaitServing(deadline));
  }

  private Future<Void> awaitHandOver(long deadline) {
    boolean isNeeded = false;
    synchronized (this) {
      boolean hasOthers = membership.numbering().stream().anyMatch(other -> !other.equals(node));
      for (ShardReplica replica : replicas) isNeeded |= hasOthers && replica.isNeeded();
    }
    if (!isNeeded || millis() >= deadline) return Future.succeededFuture();
    Promise<Void> passed = Promise.promise();
    vertx.setTimer(RETRY_MILLIS, due -> passed.complete());
    return passed.future().compose(again -> awaitHandOver(deadline));
  }

  // ---- Threads

  /** Runs a task with the lock, then what it has completed without it. */
  private void run(Runnable task) {
    List<Runnable> done;
    synchronized (this) {
      task.run();
      if (completions.isEmpty()) return;
      done = new ArrayList<>(completions);
      completions.clear();
    }
    done.forEach(Runnable::run);
  }

  /** The same future, completed on the caller's context. */
  private <T> Future<T> onCaller(Future<T> future) {
    Context caller = vertx.getOrCreateContext();
    Promise<T> moved = Promise.promise();
    future.onComplete(
        (value, failure) -> caller.runOnContext(turn -> moved.complete(value, failure)));
    return moved.future();
  }

  private static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  /** Ends a request that is not answered in time: most are at once. Called with the lock. */
  private final class Timer {
    private static final long NONE = -1;

    private long id = NONE;
    private boolean hasEnded;

    void begin(long millis, Runnable late) {
      if (!hasEnded) id = vertx.setTimer(millis, passed -> late.run());
    }

    void end() {
      hasEnded = true;
      if (id != NONE) vertx.cancelTimer(id);
    }
  }

  /** What one replica does. Called with the lock. */
  private final class Output implements ReplicaOutput {
    private final int shard;

    Output(int shard) {
      this.shard = shard;
    }

    @Override
    public void send(String to, ReplicaMessage.Body message) {
      bus.send(Addresses.REPLICAS, to, new ReplicaMessage(node, shard, message));
    }

    @Override
    public void publish(EventBatch batch) {
      // With the lock, so that batches leave in order.
      bus.publish(Addresses.EVENTS, batch);
    }

    @Override
    public String newEpoch() {
      return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    }

    @Override
    public void roleChanged(boolean isNumbering) {
      LOG.info("node {} {} shard {}", node, isNumbering ? "numbers" : "no longer numbers", shard);
    }
  }
}
