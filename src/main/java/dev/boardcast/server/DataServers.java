package dev.boardcast.server;

import static dev.boardcast.server.ProgramDefaults.isEmbedded;

import dev.boardcast.server.embedded.EmbeddedServers;
import dev.boardcast.server.settings.EffectiveSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * PostgreSQL and Redis as the settings name them: running ones, or the embedded ones of the data
 * directory. Opening and closing block, for bounded time.
 *
 * @param settings with the addresses of the servers that were started
 * @param embedded the embedded ones, if any was started
 */
record DataServers(EffectiveSettings settings, Optional<EmbeddedServers> embedded)
    implements AutoCloseable {

  /** Starts the embedded servers if PostgreSQL or Redis is to be embedded. */
  static DataServers open(EffectiveSettings settings) {
    return open(settings, isEmbedded(settings, "pg") || isEmbedded(settings, "redis"));
  }

  /** As {@link #open(EffectiveSettings)} for a command that needs no Redis. */
  static DataServers openPostgres(EffectiveSettings settings) {
    return open(settings, isEmbedded(settings, "pg"));
  }

  private static DataServers open(EffectiveSettings settings, boolean isEmbedded) {
    if (!isEmbedded || ProgramDefaults.isBroadcast(settings))
      return new DataServers(settings, Optional.empty());
    var servers = EmbeddedServers.start(settings.get("data-dir", Path.class));
    var located = settings;
    if (isEmbedded(settings, "pg")) located = located.with("pg", servers.postgresUri(), "embedded");
    if (isEmbedded(settings, "redis")) {
      located = located.with("redis", servers.redisUri(), "embedded");
    }
    return new DataServers(located, Optional.of(servers));
  }

  /** Stops the embedded servers unless another process uses them. */
  @Override
  public void close() {
    embedded.ifPresent(EmbeddedServers::close);
  }
}
