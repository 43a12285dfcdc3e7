package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import java.nio.file.Path;

/**
 * The PostgreSQL and Redis that all tests of this JVM share, as real as in production but for the
 * wait for the disk. Started by the first test that asks, stopped when the JVM ends. Calls block.
 */
public final class Services {
  // Test JVMs that run side by side have one each.
  private static final Path DATA =
      Path.of("target", "test-services", "data-" + System.getProperty("test.fork", "0"));

  private final FreshDatabases databases;

  private Services() {
    var servers = TestServers.start(DATA, true);
    Runtime.getRuntime().addShutdownHook(new Thread(servers::close, "test-services"));
    databases = new FreshDatabases(servers);
  }

  public static Services get() {
    return Shared.INSTANCE;
  }

  /** A migrated, empty PostgreSQL database and an empty Redis database that nobody else uses. */
  public DatabaseConfig freshDatabase() {
    return databases.next();
  }

  /**
   * A pair of servers for one test of faults, which closes it.
   *
   * @param dataDir such as a {@code @TempDir}
   */
  public static OwnServices own(Path dataDir) {
    return new OwnServices(TestServers.start(dataDir, false));
  }

  /** As {@link #own}, but what is committed waits for the disk, as in production. */
  public static OwnServices durable(Path dataDir) {
    return new OwnServices(TestServers.durable(dataDir));
  }

  private static final class Shared {
    static final Services INSTANCE = new Services();
  }
}
