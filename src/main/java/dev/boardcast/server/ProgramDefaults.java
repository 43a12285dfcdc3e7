package dev.boardcast.server;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.SecretFile;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.web.LoopbackAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Completes settings with what the program finds or generates where none is given. */
final class ProgramDefaults {
  private ProgramDefaults() {}

  /**
   * Settings with a key for tokens: the given ones, else the one in the data directory, which is
   * generated if there is none; and with what {@code default-visibility=auto} means then. Blocks.
   *
   * @throws IOException when the data directory cannot be written
   */
  static EffectiveSettings withKey(EffectiveSettings settings) throws IOException {
    if (settings.bind(AuthConfig.class).hasKeys()) return settings;
    Path file = SecretFile.ensure(settings.get("data-dir", Path.class));
    return withVisibility(settings.with("jwt-keys", file.toString(), "data-dir"));
  }

  /**
   * Settings of a node whose key was generated: on a loopback address, everybody may see what no
   * setting protects. With a configured key, or on another address, tokens are needed.
   */
  private static EffectiveSettings withVisibility(EffectiveSettings settings) {
    boolean isAuto = settings.text("default-visibility").orElse("auto").equals("auto");
    return isAuto && LoopbackAddress.matches(settings.get("host", String.class))
        ? settings.with("default-visibility", "public", "data-dir")
        : settings;
  }

  /**
   * Settings of a node that joins others: nodes of different embedded databases must not form one
   * cluster, so its name depends on the data directory; a Hazelcast file beside the configuration
   * file is used.
   *
   * @param located the same settings with the addresses of servers that were started
   */
  static EffectiveSettings withCluster(EffectiveSettings settings, EffectiveSettings located) {
    EffectiveSettings completed = located;
    if (isBroadcast(settings)) {
      // A node of the other mode would get messages that it cannot use.
      String name = settings.get("cluster-name", String.class) + "@broadcast";
      completed = completed.with("cluster-name", name, "mode");
    } else if (isEmbedded(settings, "pg")) {
      Path data = real(settings.get("data-dir", Path.class));
      String suffix = "@" + Integer.toHexString(data.toString().hashCode());
      String name = settings.get("cluster-name", String.class) + suffix;
      completed = completed.with("cluster-name", name, "data-dir");
    }
    Path hazelcast = settings.directory().resolve("hazelcast.xml");
    if (settings.isGiven("cluster-hazelcast-file") || !Files.exists(hazelcast)) return completed;
    return completed.with("cluster-hazelcast-file", hazelcast.toString(), "config");
  }

  /** Whether the node keeps its data in memory, without servers. */
  static boolean isBroadcast(EffectiveSettings settings) {
    return settings.text("mode").orElse("").equals("broadcast");
  }

  /** Whether the program starts this server: {@code pg} or {@code redis}. */
  static boolean isEmbedded(EffectiveSettings settings, String server) {
    return settings.get(server, String.class).equals(DatabaseConfig.EMBEDDED);
  }

  /** The same before and after the directory is created. */
  private static Path real(Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    for (Path above = absolute; above != null; above = above.getParent()) {
      try {
        return above.toRealPath().resolve(above.relativize(absolute)).normalize();
      } catch (IOException absent) {
        // The next directory above may exist.
      }
    }
    return absolute;
  }
}
