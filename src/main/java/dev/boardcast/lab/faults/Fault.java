package dev.boardcast.lab.faults;

import dev.boardcast.lab.load.LoadRun;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One thing that can go wrong, and how long clients may take to be whole again after it. */
enum Fault {
  KILL_EMITTER("kill -9 of the node that emits", 0, Fault::kill, Role.EMITTER),
  KILL_METRICS("kill -9 of the node that computes a board", 0, Fault::kill, Role.METRICS),
  KILL_GATEWAY("kill -9 of another gateway", 0, Fault::kill, Role.GATEWAY),
  KILL_API("kill -9 of the node that is written to first", 0, Fault::kill, Role.API),
  STOP_EMITTER("SIGSTOP of the node that emits", 10, Fault::pause, Role.EMITTER),
  STOP_METRICS("SIGSTOP of the node that computes a board", 10, Fault::pause, Role.METRICS),
  STOP_GATEWAY("SIGSTOP of another gateway", 10, Fault::pause, Role.GATEWAY),
  STOP_API("SIGSTOP of the node that is written to first", 10, Fault::pause, Role.API),
  ROLLING("rolling restart of all nodes", 0, Fault::roll, Role.API),
  REDIS("Redis away, then back", 5, Fault::redis, Role.API),
  POSTGRES("PostgreSQL away, then back", 5, Fault::postgres, Role.API),
  PARTITION_PEERS("a node cut off the other nodes", 20, Fault::cutPeers, Role.EMITTER),
  PARTITION_GATEWAY("a gateway cut off the other nodes", 20, Fault::cutPeers, Role.GATEWAY),
  PARTITION_SERVERS("the emitting node cut off its servers", 20, Fault::cutServers, Role.EMITTER),
  CUT_CLIENTS("clients cut at random, a fifth each second", 10, Fault::cutClients, Role.API),
  SLOW_CLIENTS("a fifth of the clients read 2 KB a second", 15, Fault::nothing, Role.API);

  private static final Duration STOP = Duration.ofSeconds(20);

  /** Which node it happens to. */
  private enum Role {
    EMITTER,
    METRICS,
    GATEWAY,
    API
  }

  /** What happens, until it is over. */
  private interface Injection {
    void run(LocalCluster cluster, LoadRun trial, int node, int seconds) throws Exception;
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
   * @throws IllegalArgumentException when there is none of that name
   */
  static Fault of(String name) {
    return Arrays.stream(values())
        .filter(row -> row.label().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name));
  }

  static List<String> labels() {
    return Arrays.stream(values()).map(Fault::label).toList();
  }

  String label() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }

  String title() {
    return title;
  }

  /** How long it lasts unless told otherwise; 0 where that is its own nature. */
  int seconds() {
    return seconds;
  }

  boolean cutsNetwork() {
    return name().startsWith("PARTITION");
  }

  /** How long clients may take: longer where Hazelcast has to find together again. */
  Duration bound() {
    return Duration.ofSeconds(cutsNetwork() ? 5 : 2);
  }

  /** Comes back when it is over. */
  void run(LocalCluster cluster, LoadRun trial, String emitterLease, int lasting) throws Exception {
    injection.run(cluster, trial, node(cluster, emitterLease), lasting);
    trial.faultEnded();
  }

  private int node(LocalCluster cluster, String emitterLease) throws Exception {
    int emitter = cluster.holder(emitterLease);
    int metrics = cluster.holder("board.routing");
    return switch (role) {
      case EMITTER -> emitter;
      case METRICS -> metrics;
      case API -> 0;
      case GATEWAY -> other(cluster, emitter, metrics);
    };
  }

  private static int other(LocalCluster cluster, int one, int two) {
    for (int node = cluster.nodes().size() - 1; node > 0; node--) {
      if (node != one && node != two) return node;
    }
    return (one + 1) % cluster.nodes().size();
  }

  private static void kill(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.nodes().get(node).kill();
  }

  private static void pause(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.nodes().get(node).signal("STOP");
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.nodes().get(node).signal("CONT");
    }
  }

  private static void roll(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    for (NodeProcess each : cluster.nodes()) {
      each.terminate(STOP);
      each.start();
      each.awaitReady(LocalCluster.START);
    }
  }

  private static void redis(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.servers().stopRedis();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startRedis();
    }
  }

  private static void postgres(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.servers().stopPostgres();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startPostgres();
    }
  }

  private static void cutPeers(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.network().peers(node, false);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.network().peers(node, true);
    }
  }

  private static void cutServers(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    cluster.network().servers(node, false);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.network().servers(node, true);
    }
  }

  private static void nothing(LocalCluster cluster, LoadRun trial, int node, int seconds) {
    // The clients are the fault: see SlowClientComparison.
  }

  private static void cutClients(LocalCluster cluster, LoadRun trial, int node, int seconds)
      throws Exception {
    for (int second = 0; second < seconds; second++) {
      trial.cut(0.2);
      TimeUnit.SECONDS.sleep(1);
    }
  }
}
