package dev.boardcast.metrics;

/** The server of the setting {@code redis} is a member of a Redis Cluster, which is not used. */
final class RedisClusterException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  RedisClusterException(String server) {
    super(
        server
            + " is a member of a Redis Cluster and has only a part of the keys: name a server that is"
            + " not, in the setting redis; until then snapshots are read from PostgreSQL");
  }
}
