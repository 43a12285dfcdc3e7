package dev.boardcast.lab.faults;

import dev.boardcast.lab.alerts.WebhookReceiver.Behavior;
import dev.boardcast.lab.load.LoadRun;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How each {@link Fault} is caused. Each returns when the fault is over. Calls block. */
final class Injections {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final double DISCONNECTED_SHARE = 0.2;

  private Injections() {}

  /** A change of the network that can be undone. */
  private interface Cut {
    void set(ClusterNetwork network, boolean connected) throws IOException, InterruptedException;
  }

  static void kill(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws InterruptedException {
    cluster.nodes().get(node).kill();
  }

  /** While the receiver has a message that it does not answer. */
  static void killSender(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws IOException, InterruptedException {
    cluster.receiver().behave(Behavior.HANGS);
    try {
      cluster.nodes().get(cluster.sender()).kill();
    } finally {
      cluster.receiver().behave(Behavior.ACCEPTS);
    }
  }

  static void hangReceiver(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws InterruptedException {
    behave(cluster, seconds, Behavior.HANGS);
  }

  static void failReceiver(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws InterruptedException {
    behave(cluster, seconds, Behavior.FAILS);
  }

  private static void behave(LocalCluster cluster, int seconds, Behavior behavior)
      throws InterruptedException {
    cluster.receiver().behave(behavior);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.receiver().behave(Behavior.ACCEPTS);
    }
  }

  static void suspend(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cluster.nodes().get(node).signal("STOP");
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.nodes().get(node).signal("CONT");
    }
  }

  static void restartAll(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws IOException, InterruptedException {
    for (int node = 0; node < cluster.nodes().size(); node++) {
      run.startWindow("restart of node " + node, cluster.addresses(node));
      NodeProcess each = cluster.nodes().get(node);
      each.terminate(STOP_LIMIT);
      run.stopped(cluster.addresses(node));
      each.start();
      each.awaitReady(LocalCluster.START_LIMIT);
      run.ready(cluster.addresses(node));
    }
  }

  static void stopRedis(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws InterruptedException {
    cluster.servers().stopRedis();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startRedis();
    }
  }

  static void stopPostgres(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws InterruptedException {
    cluster.servers().stopPostgres();
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cluster.servers().startPostgres();
    }
  }

  static void cutPeers(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cut(cluster, seconds, (network, connected) -> network.setPeersConnected(node, connected));
  }

  static void cutAllPeers(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws IOException, InterruptedException {
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          for (int node = 0; node < cluster.nodes().size(); node++) {
            network.setPeersConnected(node, connected);
          }
        });
  }

  static void cutPair(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    int other = (node + 1) % cluster.nodes().size();
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          network.setPathConnected(node, other, connected);
          network.setPathConnected(other, node, connected);
        });
  }

  static void cutOutward(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          for (int other = 0; other < cluster.nodes().size(); other++) {
            if (other != node) network.setPathConnected(node, other, connected);
          }
        });
  }

  static void cutInward(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          for (int other = 0; other < cluster.nodes().size(); other++) {
            if (other != node) network.setPathConnected(other, node, connected);
          }
        });
  }

  static void cutServers(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cut(cluster, seconds, (network, connected) -> network.setServersConnected(node, connected));
  }

  static void cutPeersAndServers(LocalCluster cluster, LoadRun run, int node, int seconds)
      throws IOException, InterruptedException {
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          network.setPeersConnected(node, connected);
          network.setServersConnected(node, connected);
        });
  }

  static void cutEverything(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws IOException, InterruptedException {
    cut(
        cluster,
        seconds,
        (network, connected) -> {
          for (int node = 0; node < cluster.nodes().size(); node++) {
            network.setPeersConnected(node, connected);
            network.setServersConnected(node, connected);
          }
        });
  }

  static void cutClients(LocalCluster cluster, LoadRun run, int none, int seconds)
      throws InterruptedException {
    for (int second = 0; second < seconds; second++) {
      run.disconnect(DISCONNECTED_SHARE);
      TimeUnit.SECONDS.sleep(1);
    }
  }

  static void nothing(LocalCluster cluster, LoadRun run, int none, int seconds) {
    // The clients are the fault: see SlowClientComparison.
  }

  private static void cut(LocalCluster cluster, int seconds, Cut cut)
      throws IOException, InterruptedException {
    cut.set(cluster.network(), false);
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } finally {
      cut.set(cluster.network(), true);
    }
  }
}
