package dev.boardcast.testing;

import dev.boardcast.database.DatabaseConfig;
import java.nio.file.Path;

/**
 * The PostgreSQL and Redis that all tests of this JVM share, as in production but without waiting
 * for the disk. Started by the first test, stopped when the JVM exits. Calls block.
 */
public final class Services {
  // One directory per test JVM, because several run at once.
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

  /** A migrated, empty PostgreSQL database and an empty Redis database for one test. */
  public DatabaseConfig freshDatabase() {
    return databases.next();
  }

  /**
   * Servers for one test of faults, which closes them.
   *
   * @param dataDir such as a {@code @TempDir}
   */
  public static DedicatedServices dedicated(Path dataDir) {
    return new DedicatedServices(TestServers.start(dataDir, false));
  }

  /** As {@link #dedicated}, but commits wait for the disk, as in production. */
  public static DedicatedServices durable(Path dataDir) {
    return new DedicatedServices(TestServers.durable(dataDir));
  }

  private static final class Shared {
    static final Services INSTANCE = new Services();
  }
}
