package dev.boardcast.lab.faults;

import dev.boardcast.lab.load.LoadRun;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A fault of the matrix, and how long clients may take to catch up after it. */
enum Fault {
  KILL_EMITTER("kill -9 of the node that emits", 0, Fault::kill, Role.EMITTER),
  KILL_METRICS("kill -9 of the node that computes a board", 0, Fault::kill, Role.METRICS),
  KILL_GATEWAY("kill -9 of another gateway", 0, Fault::kill, Role.GATEWAY),
  KILL_API("kill -9 of the node that is written to first", 0, Fault::kill, Role.API),
  STOP_EMITTER("SIGSTOP of the node that emits", 10, Fault::suspend, Role.EMITTER),
  STOP_METRICS("SIGSTOP of the node that computes a board", 10, Fault::suspend, Role.METRICS),
  STOP_GATEWAY("SIGSTOP of another gateway", 10, Fault::suspend, Role.GATEWAY),
  STOP_API("SIGSTOP of the node that is written to first", 10, Fault::suspend, Role.API),
  ROLLING("rolling restart of all nodes", 0, Fault::restartAll, Role.API),
  REDIS("Redis stopped, then restarted", 5, Fault::stopRedis, Role.API),
  POSTGRES("PostgreSQL stopped, then restarted", 5, Fault::stopPostgres, Role.API),
  PARTITION_PEERS("the emitting node cut off the other nodes", 20, Fault::cutPeers, Role.EMITTER),
  PARTITION_GATEWAY("a gateway cut off the other nodes", 20, Fault::cutPeers, Role.GATEWAY),
  PARTITION_SERVERS("the emitting node cut off its servers", 20, Fault::cutServers, Role.EMITTER),
  CUT_CLIENTS("a fifth of the clients disconnected each second", 10, Fault::cutClients, Role.API),
  SLOW_CLIENTS("a fifth of the clients read 2 KB a second", 15, Fault::nothing, Role.API);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final double DISCONNECTED_SHARE = 0.2;

  /** How the affected node is chosen. */
  private enum Role {
    EMITTER,
    METRICS,
    GATEWAY,
    API
  }

  /** Causes the fault; returns when it is over. */
  private interface Injection {
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
    injection.run(cluster, run, node(cluster, emitterLease), lasting);
    run.faultEnded();
  }

  private int node(LocalCluster cluster, String emitterLease)
      throws IOException, InterruptedException {
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

  private static void kill(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws InterruptedException {
    cluster.nodes().get(node).kill();
  }

  private static void suspend(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cluster.nodes().get(node).signal("STOP");
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.nodes().get(node).signal("CONT");
    }
  }

  private static void restartAll(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    for (NodeProcess each : cluster.nodes()) {
      each.terminate(STOP_LIMIT);
      each.start();
      each.awaitReady(LocalCluster.START_LIMIT);
    }
  }

  private static void stopRedis(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws InterruptedException {
    cluster.servers().stopRedis();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startRedis();
    }
  }

  private static void stopPostgres(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws InterruptedException {
    cluster.servers().stopPostgres();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startPostgres();
    }
  }

  private static void cutPeers(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cluster.network().setPeersConnected(node, false);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.network().setPeersConnected(node, true);
    }
  }

  private static void cutServers(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cluster.network().setServersConnected(node, false);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.network().setServersConnected(node, true);
    }
  }

  private static void cutClients(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws InterruptedException {
    for (int second = 0; second < seconds; second++) {
      run.disconnect(DISCONNECTED_SHARE);
      TimeUnit.SECONDS.sleep(1);
    }
  }

  private static void nothing(LocalCluster cluster, LoadRun run, int node, int seconds) {
    // The clients are the fault: see SlowClientComparison.
  }
}
