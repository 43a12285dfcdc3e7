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
 * PostgreSQL and Redis for a node that was given none, as processes of their own that keep their
 * data in the data dir.
 *
 * <ul>
 *   <li>All nodes of one data dir share one pair: the first starts it, the last to leave stops it.
 *   <li>A node that dies takes nothing with it: the next start takes over what still runs, and
 *       starts what does not.
 *   <li>A server that dies is started again, on the same port with the same data.
 *   <li>PostgreSQL is durable. Both listen on the loopback address only, and ask for a password.
 * </ul>
 *
 * Every call blocks, for bounded time: never on an event loop. Thread safe.
 */
public final class EmbeddedServers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServers.class);
  // Another node may be inside, initialising or recovering.
  private static final Duration OTHERS = Duration.ofSeconds(150);

  private final EmbeddedDirectories home;
  private final InterProcessLock gate;
  private final UsageLock user;
  private final EmbeddedSettings settings;
  private final List<EmbeddedServer> servers;
  private final EmbeddedSupervisor watch;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedServers(
      EmbeddedOptions options,
      EmbeddedDirectories home,
      InterProcessLock gate,
      EmbeddedBinaries binaries) {
    this.home = home;
    this.gate = gate;
    this.settings = EmbeddedSettings.of(home, !UsageLock.any(home.users()));
    this.servers =
        List.of(
            new EmbeddedPostgres(home, binaries.postgres(), settings, options.durable()),
            new EmbeddedRedis(home, binaries.redis(), settings, options.redisDatabases()));
    this.watch = new EmbeddedSupervisor(gate, servers, home);
    this.user = UsageLock.join(home.users());
  }

  /**
   * Finds the servers of this data dir, or starts them. The caller owes a {@link #close}; should
   * the JVM be told to end meanwhile, that is done here.
   *
   * @throws EmbeddedFailure says what did not start and why, with the end of its log; nothing is
   *     left running that was not before
   */
  public static EmbeddedServers start(Path dataDir) {
    return start(EmbeddedOptions.in(dataDir));
  }

  public static EmbeddedServers start(EmbeddedOptions options) {
    var platform = EmbeddedPlatform.here();
    var home = EmbeddedDirectories.in(options.dataDir());
    var gate = new InterProcessLock(home.gate());
    var guard = new StartupGuard();
    try {
      var started =
          gate.inside(
              OTHERS,
              () -> {
                var binaries = EmbeddedBinaries.unpacked(options.binaries(), platform);
                return new EmbeddedServers(options, home, gate, binaries).up();
              });
      if (!guard.goesOn()) {
        started.close();
        throw new EmbeddedFailure("this process was told to end while it started");
      }
      if (options.supervised()) started.watch.start();
      LOG.info(
          "Embedded PostgreSQL on port {} and Redis on port {}, data in {}",
          started.settings.postgresPort(),
          started.settings.redisPort(),
          home.dir());
      return started;
    } finally {
      guard.goesOn();
      guard.release();
    }
  }

  /** {@code postgresql://user:password@127.0.0.1:port/database}; the user may do anything. */
  public String postgresUri() {
    return "postgresql://%s:%s@127.0.0.1:%d/%1$s"
        .formatted(EmbeddedPostgres.NAME, settings.password(), settings.postgresPort());
  }

  /** {@code redis://:password@127.0.0.1:port}. */
  public String redisUri() {
    return "redis://:%s@127.0.0.1:%d".formatted(settings.password(), settings.redisPort());
  }

  /**
   * Leaves the servers to the other nodes, or stops them when there are none; then no process is
   * left. Further calls do nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    watch.stop();
    gate.inside(OTHERS, this::leave);
  }

  /** For tests of faults: PostgreSQL, then Redis. */
  public List<EmbeddedServer> servers() {
    return servers;
  }

  private EmbeddedServers up() {
    try {
      together(EmbeddedServer::start);
      return this;
    } catch (RuntimeException failure) {
      closed.set(true);
      watch.stop();
      try {
        leave();
      } catch (RuntimeException stop) {
        failure.addSuppressed(stop);
      }
      throw failure;
    }
  }

  private boolean leave() {
    user.leave();
    boolean last = !UsageLock.any(home.users());
    if (last) together(EmbeddedServer::stop);
    LOG.debug("Left the embedded servers, {}", last ? "which are stopped" : "others use them");
    return last;
  }

  private void together(Consumer<EmbeddedServer> work) {
    var all =
        servers.stream()
            .map(
                server ->
                    CompletableFuture.runAsync(
                        () -> work.accept(server),
                        task -> new Thread(task, "boardcast-" + server.name()).start()))
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(all).join();
    } catch (CompletionException failure) {
      if (failure.getCause() instanceof EmbeddedFailure known) throw known;
      throw failure;
    }
  }
}
