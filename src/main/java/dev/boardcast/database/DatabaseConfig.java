package dev.boardcast.database;

import java.time.Duration;
import java.util.Optional;

/**
 * Says how PostgreSQL and Redis are reached. Immutable; the constructor throws {@link
 * IllegalArgumentException} with the setting's key for a value out of bounds.
 *
 * @param postgresUri {@code postgresql://user:password@host:port/database}
 * @param redisUri {@code redis://[:password@]host:port[/database]}
 * @param schema of all tables, created if missing; when empty, {@code boardcast}, or the one where
 *     release 0.1 put its tables
 * @param poolSize most connections to PostgreSQL from this process; default 16, at least 2
 * @param maxWaiting most requests that wait for a connection, beyond which they fail; default 1000
 * @param connectTimeout how long a caller waits for a connection; default 3 s
 * @param statementTimeout how long one statement may run; default 30 s
 * @param redisTimeout how long a Redis command may take before PostgreSQL is asked; default 500 ms
 */
public record DatabaseConfig(
    String postgresUri,
    String redisUri,
    Optional<String> schema,
    int poolSize,
    int maxWaiting,
    Duration connectTimeout,
    Duration statementTimeout,
    Duration redisTimeout) {

  public DatabaseConfig {
    if (!postgresUri.startsWith("postgresql://") && !postgresUri.startsWith("postgres://")) {
      throw new IllegalArgumentException(
          "pg must be postgresql://user:password@host:port/database, was "
              + withoutPassword(postgresUri));
    }
    if (!redisUri.startsWith("redis://") && !redisUri.startsWith("rediss://")) {
      throw new IllegalArgumentException(
          "redis must be redis://[:password@]host:port[/database], was "
              + withoutPassword(redisUri));
    }
    SchemaName.check(schema);
    if (poolSize < 2) {
      throw new IllegalArgumentException("pg-pool-size must be at least 2, was " + poolSize);
    }
    if (maxWaiting < 1) {
      throw new IllegalArgumentException("pg-max-waiting must be at least 1, was " + maxWaiting);
    }
  }

  /** Everything but the addresses has its default. */
  public static DatabaseConfig at(String postgresUri, String redisUri) {
    return new DatabaseConfig(
        postgresUri,
        redisUri,
        Optional.empty(),
        16,
        1000,
        Duration.ofSeconds(3),
        Duration.ofSeconds(30),
        Duration.ofMillis(500));
  }

  /** The same servers with all tables in this schema. */
  public DatabaseConfig withSchema(String name) {
    return new DatabaseConfig(
        postgresUri,
        redisUri,
        Optional.of(name),
        poolSize,
        maxWaiting,
        connectTimeout,
        statementTimeout,
        redisTimeout);
  }

  private static String withoutPassword(String uri) {
    return uri.replaceFirst("://[^@/]*@", "://…@");
  }
}
