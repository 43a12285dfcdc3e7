package dev.boardcast.server.settings;

import dev.boardcast.database.DatabaseConfig;
import java.util.Optional;

/** Which servers the program starts itself. */
public final class DatabaseSettings {
  public static final Setting<Optional<String>> PG =
      new Setting<>(
          "pg",
          uri -> Optional.of((String) uri).filter(text -> !DatabaseConfig.EMBEDDED.equals(text)));

  private DatabaseSettings() {}

  /** Whether any server must be embedded. */
  public static boolean embedded(EffectiveSettings values) {
    var config = values.bind(DatabaseConfig.class);
    return config.postgresUri().equals(DatabaseConfig.EMBEDDED)
        || config.redisUri().equals(DatabaseConfig.EMBEDDED);
  }

  /** The configuration; the given addresses are those of embedded servers, where used. */
  public static DatabaseConfig config(
      EffectiveSettings values, String embeddedPg, String embeddedRedis) {
    var given = values.bind(DatabaseConfig.class);
    var replaced = values;
    if (given.postgresUri().equals(DatabaseConfig.EMBEDDED)) {
      replaced = replaced.with("pg", embeddedPg, "embedded");
    }
    if (given.redisUri().equals(DatabaseConfig.EMBEDDED)) {
      replaced = replaced.with("redis", embeddedRedis, "embedded");
    }
    return replaced.bind(DatabaseConfig.class);
  }
}
