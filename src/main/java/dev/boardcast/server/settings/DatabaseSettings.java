package dev.boardcast.server.settings;

import dev.boardcast.database.DatabaseConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of {@link DatabaseConfig}. */
public final class DatabaseSettings {
  private static final DatabaseConfig DEFAULTS =
      DatabaseConfig.at("postgresql://any", "redis://any");

  public static final Setting<Optional<String>> PG =
      Setting.of(
              "pg",
              "embedded",
              "postgresql://user:password@host:port/database, or embedded",
              "The PostgreSQL server; embedded starts one, or finds the one of this data-dir",
              text -> SettingParsers.server(text, "postgresql", "postgres"))
          .masked(Settings::withoutPassword);
  static final Setting<Optional<String>> REDIS =
      Setting.of(
              "redis",
              "embedded",
              "redis://[:password@]host:port[/database], or embedded",
              "The Redis server; embedded starts one, or finds the one of this data-dir",
              text -> SettingParsers.server(text, "redis", "rediss"))
          .masked(Settings::withoutPassword);
  static final Setting<Optional<String>> SCHEMA =
      Setting.optional(
          "pg-schema",
          "lower-case letters, digits and _",
          "Schema of all tables, created if missing; boardcast when empty, or the one where release 0.1 put"
              + " them");
  static final Setting<Integer> POOL_SIZE =
      Setting.count(
          "pg-pool-size", DEFAULTS.poolSize(), "Most connections to PostgreSQL from this node");
  static final Setting<Integer> MAX_WAITING =
      Setting.count(
          "pg-max-waiting",
          DEFAULTS.maxWaiting(),
          "Most requests waiting for a connection; more are refused");
  static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.time(
          "pg-connect-timeout", DEFAULTS.connectTimeout(), "Longest wait for a connection");
  static final Setting<Duration> STATEMENT_TIMEOUT =
      Setting.time("pg-statement-timeout", DEFAULTS.statementTimeout(), "Longest SQL statement");
  static final Setting<Duration> REDIS_TIMEOUT =
      Setting.time(
          "redis-timeout",
          DEFAULTS.redisTimeout(),
          "Longest Redis command, after which PostgreSQL is asked");

  static final List<Setting<?>> ALL =
      List.of(
          PG,
          REDIS,
          SCHEMA,
          POOL_SIZE,
          MAX_WAITING,
          CONNECT_TIMEOUT,
          STATEMENT_TIMEOUT,
          REDIS_TIMEOUT);

  private DatabaseSettings() {}

  /** Whether any server must be embedded. */
  public static boolean embedded(EffectiveSettings values) {
    return values.get(PG).isEmpty() || values.get(REDIS).isEmpty();
  }

  /** The configuration; the given addresses are those of embedded servers, where used. */
  public static DatabaseConfig config(
      EffectiveSettings values, String embeddedPg, String embeddedRedis) {
    return values.build(
        () ->
            new DatabaseConfig(
                values.get(PG).orElse(embeddedPg),
                values.get(REDIS).orElse(embeddedRedis),
                values.get(SCHEMA),
                values.get(POOL_SIZE),
                values.get(MAX_WAITING),
                values.get(CONNECT_TIMEOUT),
                values.get(STATEMENT_TIMEOUT),
                values.get(REDIS_TIMEOUT)));
  }
}
