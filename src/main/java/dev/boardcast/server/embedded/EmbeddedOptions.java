package dev.boardcast.server.embedded;

import java.nio.file.Path;

/**
 * How the embedded servers are run; everything but {@link #in} is for tests.
 *
 * @param dataDir where data, ports and logs are kept
 * @param binaries where the programs are unpacked; may be shared by several data dirs
 * @param durable whether what PostgreSQL has committed survives the machine, not only PostgreSQL
 * @param supervised whether a server that dies is started again
 * @param redisDatabases how many numbered databases Redis has
 */
public record EmbeddedOptions(
    Path dataDir, Path binaries, boolean durable, boolean supervised, int redisDatabases) {

  /** Durable, supervised, everything below {@code dataDir}. */
  static EmbeddedOptions in(Path dataDir) {
    return new EmbeddedOptions(dataDir, dataDir.resolve("binaries"), true, true, 16);
  }
}
