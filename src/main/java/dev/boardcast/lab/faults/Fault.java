package dev.boardcast.lab.faults;

import dev.boardcast.lab.alerts.AlertBoard;
import dev.boardcast.lab.load.LoadRun;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A fault of the matrix, and how long clients may take to catch up after it. */
enum Fault {
  KILL_EMITTER("kill -9 of the node that emits", 0, Injections::kill, Role.EMITTER),
  KILL_METRICS("kill -9 of the node that computes a board", 0, Injections::kill, Role.METRICS),
  KILL_GATEWAY("kill -9 of another gateway", 0, Injections::kill, Role.GATEWAY),
  KILL_API("kill -9 of the node that is written to first", 0, Injections::kill, Role.API),
  STOP_EMITTER("SIGSTOP of the node that emits", 10, Injections::suspend, Role.EMITTER),
  STOP_METRICS("SIGSTOP of the node that computes a board", 10, Injections::suspend, Role.METRICS),
  STOP_GATEWAY("SIGSTOP of another gateway", 10, Injections::suspend, Role.GATEWAY),
  STOP_API("SIGSTOP of the node that is written to first", 10, Injections::suspend, Role.API),
  ROLLING("rolling restart of all nodes", 0, Injections::restartAll, Role.ALL),
  REDIS("Redis stopped, then restarted", 5, Injections::stopRedis, Role.ALL),
  POSTGRES("PostgreSQL stopped, then restarted", 5, Injections::stopPostgres, Role.ALL),
  PARTITION_PEERS(
      "the emitting node cut off the other nodes", 20, Injections::cutPeers, Role.EMITTER),
  PARTITION_GATEWAY("a gateway cut off the other nodes", 20, Injections::cutPeers, Role.GATEWAY),
  PARTITION_EACH("each node cut off the other nodes", 20, Injections::cutAllPeers, Role.ALL),
  PARTITION_PAIR(
      "the emitting node and another cut off each other", 20, Injections::cutPair, Role.EMITTER),
  PARTITION_MUTE(
      "the emitting node not heard by the other nodes", 20, Injections::cutOutward, Role.EMITTER),
  PARTITION_DEAF(
      "the emitting node does not hear the other nodes", 20, Injections::cutInward, Role.EMITTER),
  PARTITION_SERVERS(
      "the emitting node cut off its servers", 20, Injections::cutServers, Role.EMITTER),
  PARTITION_ALONE(
      "the emitting node cut off the other nodes and its servers",
      20,
      Injections::cutPeersAndServers,
      Role.EMITTER),
  PARTITION_BLACKOUT(
      "each node cut off the other nodes and its servers", 10, Injections::cutEverything, Role.ALL),
  KILL_FOLDER(
      "kill -9 of the node that folds the board of alerts", 0, Injections::kill, Role.FOLDER),
  KILL_SENDER("kill -9 of the node that sends an alert", 0, Injections::killSender, Role.ALL),
  RECEIVER_HANGS("the receiver of alerts never answers", 10, Injections::hangReceiver, Role.ALL),
  RECEIVER_FAILS("the receiver of alerts answers 500", 5, Injections::failReceiver, Role.ALL),
  CUT_CLIENTS(
      "a fifth of the clients disconnected each second", 10, Injections::cutClients, Role.ALL),
  SLOW_CLIENTS("a fifth of the clients read 2 KB a second", 15, Injections::nothing, Role.ALL),
  STOPPED_CLIENTS(
      "a fifth of the clients stop reading, 200 events of 4 KB a second",
      30,
      Injections::nothing,
      Role.ALL);

  private static final String AFTER = "after the fault";

  /** How the affected node is chosen. */
  private enum Role {
    EMITTER,
    METRICS,
    GATEWAY,
    API,
    FOLDER,
    /** It happens to no node in particular. */
    ALL
  }

  /** Causes the fault; returns when it is over. */
  private interface Injection {
    /**
     * @param node that the fault happens to, 0 if to none in particular
     */
    void run(LocalCluster cluster, LoadRun run, int node, int seconds)
        throws IOException, InterruptedException;
  }

  private final String title;
  private final int seconds;
  private final Injection injection;
  private final Role role;

  Fault(String title, int seconds, Injection injection, Role role) {
    this.title = title;
    this.seconds = seconds;
    this.injection = injection;
    this.role = role;
  }

  /**
   * @throws IllegalArgumentException if no fault has this label
   */
  static Fault of(String label) {
    return Arrays.stream(values())
        .filter(fault -> fault.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(label));
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Fault::label).toList();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  /** How long it lasts by default; 0 if that cannot be chosen. */
  int seconds() {
    return seconds;
  }

  /** Whether it happens to alerts alone. */
  boolean needsAlerts() {
    return this == KILL_FOLDER
        || this == KILL_SENDER
        || this == RECEIVER_HANGS
        || this == RECEIVER_FAILS;
  }

  boolean cutsNetwork() {
    return name().startsWith("PARTITION");
  }

  /** How long clients may take to catch up: longer if Hazelcast has to merge a split cluster. */
  Duration bound() {
    return Duration.ofSeconds(cutsNetwork() ? 5 : 2);
  }

  /** Causes it, and returns when it is over. */
  void inject(LocalCluster cluster, LoadRun run, String emitterLease, int lasting)
      throws IOException, InterruptedException {
    int node = node(cluster, emitterLease);
    Set<String> addresses = role == Role.ALL ? Set.of() : cluster.addresses(node);
    // A fault of a moment has no time of its own, and each restart a window of its own.
    if (seconds > 0) run.startWindow("during the fault", addresses);
    else if (this != ROLLING) run.startWindow(AFTER, addresses);
    injection.run(cluster, run, node, lasting);
    run.faultEnded();
    if (seconds > 0 || this == ROLLING) run.startWindow(AFTER, addresses);
  }

  private int node(LocalCluster cluster, String emitterLease)
      throws IOException, InterruptedException {
    int emitter = cluster.holder(emitterLease);
    int metrics = cluster.holder("board.routing");
    return switch (role) {
      case EMITTER -> emitter;
      case METRICS -> metrics;
      case FOLDER -> cluster.holder("board." + AlertBoard.NAME);
      case API, ALL -> 0;
      case GATEWAY -> other(cluster, emitter, metrics);
    };
  }

  private static int other(LocalCluster cluster, int one, int two) {
    for (int node = cluster.nodes().size() - 1; node > 0; node--) {
      if (node != one && node != two) return node;
    }
    return (one + 1) % cluster.nodes().size();
  }
}
