package dev.boardcast.security;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.lab.load.LoadOptions;
import dev.boardcast.lab.load.LoadProfile;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.lab.load.LoadRun;
import dev.boardcast.lab.load.TokenSource;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.NodeProcess;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Three nodes with a cluster secret, clients that count what they receive, and attackers. Blocks.
 */
final class AttackedCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PADDING = 200;

  private final Vertx vertx = Vertx.vertx();
  private final Cluster cluster;
  private final List<URI> sockets = new ArrayList<>();
  private final Set<Integer> clientPorts = new TreeSet<>();
  private final Set<Integer> busPorts = new TreeSet<>();
  private final Set<Integer> memberPorts = new TreeSet<>();

  AttackedCluster(DatabaseConfig database) throws Exception {
    cluster = Cluster.start(database, 3, "--cluster-secret", ClosedCluster.SECRET);
    for (int i = 0; i < cluster.nodes().size(); i++) {
      NodeProcess node = cluster.node(i);
      memberPorts.add(cluster.memberPort(i));
      sockets.add(cluster.gateway(node));
      clientPorts.add(cluster.gateway(node).getPort());
      clientPorts.add(node.http().getPort());
      busPorts.addAll(ListeningPorts.of(node.pid()));
    }
    busPorts.removeAll(clientPorts);
    busPorts.removeAll(memberPorts);
  }

  Cluster cluster() {
    return cluster;
  }

  /** Attacks every port until it is closed. */
  Attackers attack(int perSecond) {
    return new Attackers(busPorts, memberPorts, clientPorts, perSecond);
  }

  /** Writes events and counts what the clients receive. */
  LoadReport load(int clients, int perSecond, int seconds) throws InterruptedException {
    List<URI> http = cluster.nodes().stream().map(NodeProcess::http).toList();
    var options =
        new LoadOptions(
            new LoadOptions.Nodes(sockets, http, TokenSource.signing(Cluster.SECRET)),
            new LoadOptions.Clients(
                LoadProfile.STEADY,
                clients,
                200,
                Optional.of("routing"),
                LoadOptions.Clients.MAX_BUFFERED_BYTES),
            new LoadOptions.Writes(perSecond, PADDING, Optional.of("attacked"), false, 2),
            Duration.ofSeconds(seconds),
            LIMIT);
    try (var run = new LoadRun(vertx, options)) {
      if (!run.connect(LIMIT)) throw new AssertionError("not all clients could connect");
      run.startWriting();
      TimeUnit.SECONDS.sleep(1);
      run.resetLatency();
      TimeUnit.SECONDS.sleep(seconds);
      return run.finish();
    }
  }

  @Override
  public void close() {
    cluster.close();
    ClosedCluster.await(vertx.close());
  }
}
