package dev.boardcast.testing;

import java.net.URI;
import redis.clients.jedis.Jedis;

/** Numbered databases of Redis, handed out in turn by Redis itself. */
final class RedisDatabase {
  private RedisDatabase() {}

  /** The address of an empty one; after some thousands the first come again. */
  static String next(TestServers servers) {
    try (var redis = new Jedis(URI.create(servers.redisUri()))) {
      long number = 1 + redis.incr("databases") % (servers.redisDatabases() - 1);
      redis.select((int) number);
      redis.flushDB();
      return servers.redisUri() + "/" + number;
    }
  }
}
