package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.embedded.EmbeddedServers;
import dev.boardcast.server.settings.DatabaseSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.NodeSettings;
import java.util.Optional;

/**
 * PostgreSQL and Redis as the settings name them: running ones, or the embedded ones of the data
 * directory. Opening and closing block, for bounded time.
 *
 * @param config where they are
 * @param embedded the embedded ones, if any was started
 */
record DataServers(DatabaseConfig config, Optional<EmbeddedServers> embedded)
    implements AutoCloseable {

  /** Starts the embedded servers if PostgreSQL or Redis is to be embedded. */
  static DataServers open(EffectiveSettings settings) {
    return open(settings, DatabaseSettings.embedded(settings));
  }

  /** As {@link #open(EffectiveSettings)} for a command that needs no Redis. */
  static DataServers openPostgres(EffectiveSettings settings) {
    return open(settings, settings.get(DatabaseSettings.PG).isEmpty());
  }

  private static DataServers open(EffectiveSettings settings, boolean isEmbedded) {
    Optional<EmbeddedServers> embedded =
        isEmbedded
            ? Optional.of(EmbeddedServers.start(settings.get(NodeSettings.DATA_DIR)))
            : Optional.empty();
    var config =
        DatabaseSettings.config(
            settings,
            embedded.map(EmbeddedServers::postgresUri).orElse("postgresql://unused"),
            embedded.map(EmbeddedServers::redisUri).orElse("redis://unused"));
    return new DataServers(config, embedded);
  }

  /** Stops the embedded servers unless another process uses them. */
  @Override
  public void close() {
    embedded.ifPresent(EmbeddedServers::close);
  }
}
