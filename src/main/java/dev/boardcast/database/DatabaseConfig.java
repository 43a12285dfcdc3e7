package dev.boardcast.database;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/** How PostgreSQL and Redis are reached. */
@SettingGroup("Database")
public record DatabaseConfig(
    @Setting(
            key = "pg",
            secret = true,
            address = true,
            defaultValue = DatabaseConfig.EMBEDDED,
            pattern = "embedded|postgres(ql)?://[^/?#\\s]+\\S*",
            expected = DatabaseConfig.POSTGRES,
            description =
                "The PostgreSQL server, or several separated by commas as host:port,host:port, of"
                    + " which one takes writes; with embedded, the program starts one or uses the"
                    + " one of its data-dir.")
        String postgresUri,
    @Setting(
            key = "redis",
            secret = true,
            address = true,
            defaultValue = DatabaseConfig.EMBEDDED,
            pattern = "embedded|rediss?://[^/?#\\s]+\\S*",
            expected = DatabaseConfig.REDIS,
            description =
                "The Redis server; with embedded, the program starts one or uses the one of its"
                    + " data-dir.")
        String redisUri,
    @Setting(
            key = "pg-password",
            secret = true,
            expected = DatabaseConfig.PG_PASSWORD,
            description = "Password of the user in pg, where that address has none.")
        Optional<String> postgresPassword,
    @Setting(
            key = "redis-password",
            secret = true,
            expected = DatabaseConfig.REDIS_PASSWORD,
            description = "Password for redis, where that address has none.")
        Optional<String> redisPassword,
    @Setting(
            key = "pg-schema",
            pattern = "(?!pg_)[a-z_][a-z0-9_]{0,62}",
            expected = "lower-case letters, digits and _, not beginning with pg_, or nothing",
            description =
                "Schema of all tables, created if missing; if empty, boardcast, or the one where"
                    + " release 0.1 created its tables.")
        Optional<String> schema,
    @Setting(
            key = "pg-migrate",
            defaultValue = "on",
            description =
                "Whether a start migrates the schema; if not, a start fails where boardcast migrate"
                    + " --apply has not been run.")
        boolean migrates,
    @Setting(
            key = "pg-pool-size",
            defaultValue = "16",
            min = "10",
            unit = "connections",
            description =
                "Most connections of this node to PostgreSQL, those of sources and of a migration"
                    + " apart.")
        int poolSize,
    @Setting(
            key = "pg-max-waiting",
            defaultValue = "1000",
            min = "1",
            unit = "requests",
            description = "Most requests that wait for a connection; further ones are refused.")
        int maxWaiting,
    @Setting(
            key = "pg-idle-timeout",
            defaultValue = "60s",
            min = "1s",
            max = "24h",
            description = "Time after which a connection to PostgreSQL that nobody uses is closed.")
        Duration idleTimeout,
    @Setting(
            key = "pg-connect-timeout",
            defaultValue = "3s",
            description = "Longest wait for a connection to PostgreSQL.")
        Duration connectTimeout,
    @Setting(
            key = "pg-statement-timeout",
            defaultValue = "30s",
            description = "Longest run time of one SQL statement.")
        Duration statementTimeout,
    @Setting(
            key = "pg-heartbeat",
            defaultValue = "250ms",
            min = "50ms",
            max = "1s",
            description =
                "How often this node renews its leases and reads what it has missed, in one"
                    + " statement; the same on all nodes.")
        Duration heartbeat,
    @Setting(
            key = "redis-timeout",
            defaultValue = "500ms",
            description = "Longest Redis command, after which PostgreSQL is asked instead.")
        Duration redisTimeout,
    ServerTlsConfig tls) {
  /** In place of an address: a server that the program starts. */
  public static final String EMBEDDED = "embedded";

  private static final String ENCODED =
      "; percent-encode what is neither a letter nor a digit in user and password";
  static final String POSTGRES =
      "postgresql://user:password@host:port/database, or embedded" + ENCODED;
  static final String REDIS =
      "redis[s]://[[user]:password@]host:port[/database], or embedded" + ENCODED;

  static final String PG_PASSWORD =
      "a password, or nothing; pg then names a server and a user, without a password";
  static final String REDIS_PASSWORD =
      "a password, or nothing; redis then names a server, without a password";

  public DatabaseConfig {
    if (postgresPassword.isPresent()) {
      postgresUri =
          ServerLogin.withPassword(postgresUri, postgresPassword.get(), true)
              .orElseThrow(() -> new InvalidSettingException("pg-password", PG_PASSWORD));
    }
    if (redisPassword.isPresent()) {
      redisUri =
          ServerLogin.withPassword(redisUri, redisPassword.get(), false)
              .orElseThrow(() -> new InvalidSettingException("redis-password", REDIS_PASSWORD));
    }
    // Refuses what cannot be used: libraries would tell all of the address.
    if (!postgresUri.equals(EMBEDDED)) PostgresAddress.of(postgresUri, tls);
    if (!redisUri.equals(EMBEDDED)) requireRedis(redisUri);
  }

  /** An @ behind the host means that what is taken for the host is the login. */
  static boolean isFreeOfLogin(String part) {
    return part == null || !part.contains("@");
  }

  private static void requireRedis(String text) {
    try {
      var uri = new URI(text).parseServerAuthority();
      boolean fits =
          uri.getHost() != null
              && uri.getRawPath().matches("(/[0-9]{0,5})?")
              && isFreeOfLogin(uri.getRawQuery())
              && uri.getRawFragment() == null;
      if (fits) return;
    } catch (URISyntaxException notAnAddress) {
      // Reported below, without the text.
    }
    throw new InvalidSettingException("redis", REDIS);
  }

  /** {@code host:port} of Redis, for messages. */
  public String redisHostAndPort() {
    var uri = URI.create(redisUri);
    return uri.getHost() + ":" + (uri.getPort() < 0 ? 6379 : uri.getPort());
  }

  /** Everything but the addresses has its default. */
  public static DatabaseConfig at(String postgresUri, String redisUri) {
    return Settings.of(DatabaseConfig.class, "pg=" + postgresUri, "redis=" + redisUri);
  }
}
