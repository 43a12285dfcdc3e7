package dev.boardcast.server.embedded;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs PostgreSQL and Redis as processes of their own, with their data in a data directory.
 *
 * <ul>
 *   <li>All nodes of one data directory share them: the first starts them, the last stops them.
 *   <li>They survive a node that dies: the next start uses those that still run.
 *   <li>A server that dies is restarted, on the same port with the same data.
 *   <li>PostgreSQL is durable. Both listen on the loopback address only, and ask for a random
 *       password; Redis answers no command that Boardcast does not use.
 * </ul>
 *
 * Thread safe. Every call blocks for bounded time, so call none on an event loop.
 */
public final class EmbeddedServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);
  // Another node may hold the lock while it initialises or recovers.
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(150);
  private static final int REDIS_DATABASES = 16;

  private final EmbeddedDirectories directories;
  private final InterProcessLock lock;
  private final UsageLock usage;
  private final EmbeddedEndpoints endpoints;
  private final EmbeddedServer postgres;
  private final EmbeddedServer redis;
  private final EmbeddedSupervisor supervisor;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * How the servers are run.
   *
   * @param dataDir directory of data, ports and logs
   * @param binaries directory of the unpacked programs; several data directories may share it
   * @param durable whether commits wait for the disk, and so survive the machine
   * @param supervised whether a server that dies is restarted
   * @param redisDatabases how many numbered databases Redis has
   * @param redisCommands that its user may use beside those of Boardcast
   */
  public record Options(
      Path dataDir,
      Path binaries,
      boolean durable,
      boolean supervised,
      int redisDatabases,
      List<String> redisCommands) {}

  private EmbeddedServers(
      Options options,
      EmbeddedDirectories directories,
      InterProcessLock lock,
      EmbeddedBinaries binaries) {
    this.directories = directories;
    this.lock = lock;
    this.endpoints = EmbeddedEndpoints.of(directories, !UsageLock.isAnyHeld(directories.users()));
    this.postgres =
        new EmbeddedPostgres(directories, binaries.postgres(), endpoints, options.durable());
    this.redis =
        new EmbeddedRedis(
            directories,
            binaries.redis(),
            endpoints,
            options.redisDatabases(),
            options.redisCommands());
    this.supervisor = new EmbeddedSupervisor(lock, List.of(postgres, redis));
    this.usage = UsageLock.acquire(directories.users());
  }

  /**
   * Starts the servers of this data directory, or uses those that run, until {@link #close}. If the
   * JVM shuts down during the start, they are closed here.
   *
   * @throws EmbeddedServerException which server did not start and why, with the end of its log;
   *     nothing is left running that did not run before
   */
  public static EmbeddedServers start(Path dataDir) {
    var binaries = dataDir.resolve("binaries");
    return start(new Options(dataDir, binaries, true, true, REDIS_DATABASES, List.of()));
  }

  /** As {@link #start(Path)}, run in another way. */
  public static EmbeddedServers start(Options options) {
    var platform = EmbeddedPlatform.current();
    var directories = EmbeddedDirectories.in(options.dataDir());
    var lock = new InterProcessLock(directories.lock());
    var guard = new StartupGuard();
    try {
      var servers =
          lock.call(
              LOCK_LIMIT,
              () -> {
                var binaries = EmbeddedBinaries.unpack(options.binaries(), platform);
                return new EmbeddedServers(options, directories, lock, binaries).startBoth();
              });
      if (!guard.disarm()) {
        servers.close();
        throw new EmbeddedServerException("this process shut down during the start");
      }
      if (options.supervised()) servers.supervisor.start();
      LOG.info(
          "Embedded PostgreSQL on port {} and Redis on port {}, data in {}",
          servers.endpoints.postgresPort(),
          servers.endpoints.redisPort(),
          directories.root());
      return servers;
    } finally {
      guard.disarm();
      guard.release();
    }
  }

  /** {@code postgresql://user:password@127.0.0.1:port/database}; the user is a superuser. */
  public String postgresUri() {
    return "postgresql://%s:%s@127.0.0.1:%d/%1$s"
        .formatted(EmbeddedPostgres.NAME, endpoints.password(), endpoints.postgresPort());
  }

  /** {@code redis://user:password@127.0.0.1:port}; the user may use Boardcast's commands only. */
  public String redisUri() {
    return "redis://%s:%s@127.0.0.1:%d"
        .formatted(EmbeddedRedis.USER, endpoints.redisPassword(), endpoints.redisPort());
  }

  /** For tests of faults. */
  public EmbeddedServer postgres() {
    return postgres;
  }

  /** For tests of faults. */
  public EmbeddedServer redis() {
    return redis;
  }

  /** Stops the servers if no other node uses them. Further calls do nothing. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    supervisor.stop();
    lock.call(LOCK_LIMIT, this::release);
  }

  private EmbeddedServers startBoth() {
    try {
      inParallel(EmbeddedServer::start);
      return this;
    } catch (RuntimeException failure) {
      closed.set(true);
      supervisor.stop();
      try {
        release();
      } catch (RuntimeException stop) {
        failure.addSuppressed(stop);
      }
      throw failure;
    }
  }

  private boolean release() {
    usage.release();
    boolean isLast = !UsageLock.isAnyHeld(directories.users());
    if (isLast) inParallel(EmbeddedServer::stop);
    LOG.debug("Released the embedded servers: {}", isLast ? "stopped" : "other nodes use them");
    return isLast;
  }

  private void inParallel(Consumer<EmbeddedServer> work) {
    try {
      CompletableFuture.allOf(onThread(postgres, work), onThread(redis, work)).join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof EmbeddedServerException known) throw known;
      throw failure;
    }
  }

  private static CompletableFuture<Void> onThread(
      EmbeddedServer server, Consumer<EmbeddedServer> work) {
    return CompletableFuture.runAsync(
        () -> work.accept(server), task -> new Thread(task, "boardcast-" + server.name()).start());
  }
}
