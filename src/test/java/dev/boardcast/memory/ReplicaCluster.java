package dev.boardcast.memory;

import dev.boardcast.bus.EventBatch;
import dev.boardcast.bus.LogAnswer;
import dev.boardcast.bus.LogEntry;
import dev.boardcast.bus.LogQuery;
import dev.boardcast.bus.LoggedEvent;
import dev.boardcast.bus.Offset;
import dev.boardcast.bus.ReplicaMessage;
import dev.boardcast.spi.RawJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Replicas of one shard, connected by a network that loses, repeats, delays and reorders messages
 * and may be split. Remembers what was published and acknowledged, and fails when two events have
 * one offset.
 */
final class ReplicaCluster {
  static final String STREAM = "chat.1";

  private final Random random;
  private final double loss;
  final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<Message> network = new ArrayList<>();

  /** Every event that any node has published, by offset. */
  final Map<Offset, UUID> published = new HashMap<>();

  /** Acknowledged to a publisher. */
  final Set<UUID> acknowledged = new LinkedHashSet<>();

  private int nextEpoch;
  private int nextNode;
  private long now = 1_000;

  private record Message(String from, String to, ReplicaMessage.Body body, long due) {}

  ReplicaCluster(Random random, double loss) {
    this.random = random;
    this.loss = loss;
  }

  /** One node; killed when it is no more in {@link #nodes}. */
  final class Node implements ReplicaOutput {
    final String name;
    final ShardReplica replica;
    final Set<String> sees = new TreeSet<>();
    boolean isLeaving;

    Node(String name) {
      this.name = name;
      replica = new ShardReplica(1, name, BroadcastConfig.DEFAULTS, this);
    }

    @Override
    public void send(String to, ReplicaMessage.Body message) {
      if (random.nextDouble() < loss) return;
      int copies = random.nextDouble() < loss / 2 ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        network.add(new Message(name, to, message, now + random.nextInt(20)));
      }
    }

    @Override
    public void publish(EventBatch batch) {
      for (LoggedEvent event : batch.events()) {
        var offset = new Offset(batch.epoch(), event.sequence());
        UUID before = published.putIfAbsent(offset, event.id());
        if (before != null && !before.equals(event.id())) {
          throw new AssertionError("two events have the offset " + offset);
        }
      }
    }

    @Override
    public String newEpoch() {
      return "e" + ++nextEpoch;
    }

    @Override
    public void roleChanged(boolean isNumbering) {}

    LogAnswer all() {
      return replica.answer(new LogQuery(Set.of(), 0, Long.MAX_VALUE, Integer.MAX_VALUE, false));
    }
  }

  Node add() {
    var node = new Node("n" + nextNode++);
    nodes.put(node.name, node);
    return node;
  }

  void kill(Node node) {
    nodes.remove(node.name);
  }

  /** The nodes of each group see each other, and no others. */
  void see(List<Set<String>> groups) {
    for (Node node : List.copyOf(nodes.values())) {
      for (Set<String> group : groups) {
        if (!group.contains(node.name)) continue;
        node.sees.clear();
        node.sees.addAll(group);
      }
    }
    for (Node node : List.copyOf(nodes.values())) tell(node);
  }

  /** All see all. */
  void seeAll() {
    see(List.of(Set.copyOf(nodes.keySet())));
  }

  private void tell(Node node) {
    var numbering = new TreeSet<>(node.sees);
    numbering.removeIf(name -> nodes.containsKey(name) && nodes.get(name).isLeaving);
    node.replica.members(new Membership(node.sees, numbering));
  }

  /** Asks a node to number an event; returns its id. */
  UUID append(Node node, UUID key) {
    UUID id = new UUID(random.nextLong(), random.nextLong());
    append(node, id, key);
    return id;
  }

  void append(Node node, UUID id, UUID key) {
    var event = new LoggedEvent(0, id, "said", List.of(STREAM), RawJson.of("{}"), Instant.EPOCH);
    node.replica.append(
        List.of(new LogEntry(event, key)),
        fresh -> {
          if (fresh != null && fresh.get(0)) acknowledged.add(id);
        });
  }

  /** Lets time pass, in steps in which messages arrive in any order. */
  void run(int millis) {
    for (long end = now + millis; now < end; now += 5) {
      for (int left = network.size(); left > 0; left--) {
        Message next = network.remove(random.nextInt(network.size()));
        if (next.due() > now) network.add(next);
        else deliver(next);
      }
      for (Node node : List.copyOf(nodes.values())) node.replica.tick(now, Instant.EPOCH);
    }
  }

  private void deliver(Message message) {
    Node to = nodes.get(message.to());
    boolean isCut = to == null || !to.sees.contains(message.from());
    if (!isCut) to.replica.receive(message.from(), message.body());
  }

  /** Runs until one node serves. */
  Node awaitServing() {
    for (int i = 0; i < 2_000; i++) {
      List<Node> serving = serving();
      if (serving.size() == 1) return serving.get(0);
      run(10);
    }
    var states = new StringBuilder();
    nodes.values().forEach(node -> states.append('\n').append(node.replica));
    throw new AssertionError("no node serves after 20 s:" + states);
  }

  List<Node> serving() {
    return nodes.values().stream().filter(node -> node.replica.isServing()).toList();
  }
}
