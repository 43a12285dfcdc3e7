package dev.boardcast.security;

import dev.boardcast.BoardcastOptions;
import dev.boardcast.ClusteredVertx;
import dev.boardcast.database.ClusterIdentity;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.FreePorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Clustered Vert.x of one process that have a cluster secret in common. Calls block. */
public final class ClosedCluster implements AutoCloseable {
  public static final String SECRET = "the secret of the cluster under attack of 32+ bytes";
  public static final String NAME = "it-closed";

  private final DatabaseConfig db;
  private final List<Integer> ports;
  private final List<Integer> busPorts;
  private final List<Vertx> members = new ArrayList<>();

  private ClosedCluster(DatabaseConfig db, int size) throws IOException {
    this.db = db;
    List<Integer> free = FreePorts.some(2 * size);
    this.ports = free.subList(0, size);
    this.busPorts = free.subList(size, 2 * size);
  }

  public static ClosedCluster start(DatabaseConfig db, int size) throws IOException {
    var cluster = new ClosedCluster(db, size);
    for (int i = 0; i < size; i++) {
      cluster.members.add(
          await(ClusteredVertx.vertx(cluster.options(i), new VertxOptions(), Vertx.builder())));
    }
    return cluster;
  }

  /** The options of a node on one of the members. */
  public BoardcastOptions options(int index) {
    return BoardcastOptions.local(db.postgresUri(), db.redisUri(), Cluster.SECRET)
        .name(NAME)
        .set("cluster-secret", SECRET)
        .set("cluster-port", Integer.toString(ports.get(index)))
        .set("cluster-bus-port", Integer.toString(busPorts.get(index)))
        .set(
            "cluster-members",
            ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
  }

  public Vertx vertx(int index) {
    return members.get(index);
  }

  public int busPort(int index) {
    return busPorts.get(index);
  }

  public int hazelcastPort(int index) {
    return ports.get(index);
  }

  /** The name that Hazelcast members of the cluster have in common. */
  public String hazelcastName() {
    return NAME + "-" + ClusterIdentity.read(db);
  }

  @Override
  public void close() {
    members.forEach(member -> await(member.close()));
  }

  static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }
}
