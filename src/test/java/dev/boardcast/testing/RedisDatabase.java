package dev.boardcast.testing;

import java.net.URI;
import redis.clients.jedis.Jedis;

/** Assigns numbered Redis databases in turn, by a counter in Redis. */
final class RedisDatabase {
  private RedisDatabase() {}

  /** The address of an empty database; numbers are reused after all were assigned. */
  static String next(TestServers servers) {
    try (var redis = new Jedis(URI.create(servers.redisUri()))) {
      long number = 1 + redis.incr("databases") % (servers.redisDatabases() - 1);
      redis.select((int) number);
      redis.flushDB();
      return servers.redisUri() + "/" + number;
    }
  }
}
