package dev.boardcast.database;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** How PostgreSQL and Redis are reached. */
@SettingGroup("Database")
public record DatabaseConfig(
    @Setting(
            key = "pg",
            defaultValue = DatabaseConfig.EMBEDDED,
            pattern = "embedded|postgres(ql)?://[^/?#\\s]+\\S*",
            expected = "postgresql://user:password@host:port/database, or embedded",
            description =
                "The PostgreSQL server; with embedded, the program starts one or uses the one of"
                    + " its data-dir.")
        String postgresUri,
    @Setting(
            key = "redis",
            defaultValue = DatabaseConfig.EMBEDDED,
            pattern = "embedded|rediss?://[^/?#\\s]+\\S*",
            expected = "redis[s]://[[user]:password@]host:port[/database], or embedded",
            description =
                "The Redis server; with embedded, the program starts one or uses the one of its"
                    + " data-dir.")
        String redisUri,
    @Setting(
            key = "pg-schema",
            pattern = "(?!pg_)[a-z_][a-z0-9_]{0,62}",
            expected = "lower-case letters, digits and _, not beginning with pg_, or nothing",
            description =
                "Schema of all tables, created if missing; if empty, boardcast, or the one where"
                    + " release 0.1 created its tables.")
        Optional<String> schema,
    @Setting(
            key = "pg-pool-size",
            defaultValue = "16",
            min = "2",
            unit = "connections",
            description = "Most connections of this node to PostgreSQL for requests.")
        int poolSize,
    @Setting(
            key = "pg-max-waiting",
            defaultValue = "1000",
            min = "1",
            unit = "requests",
            description = "Most requests that wait for a connection; further ones are refused.")
        int maxWaiting,
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

  public DatabaseConfig {
    // Refuses an address or mode that cannot be used.
    if (!postgresUri.equals(EMBEDDED)) PostgresAddress.of(postgresUri, tls);
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
