package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the server of an address that takes writes, and moves pools to it when it is another one
 * than before. One per node; thread safe.
 *
 * <p>An address of one server is asked only when a statement found it read-only: the name may lead
 * to another server by now.
 */
public final class WriterLocator {
  private static final Logger LOG = LoggerFactory.getLogger(WriterLocator.class);
  private static final String PROBE = "SHOW transaction_read_only";
  // How long an answer counts: several connections are often opened at once.
  private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(1);
  // The known writer is asked first, so that two of them, which is a fault, are not used in turn.
  private static final long HEAD_START_MILLIS = 200;

  private final Vertx vertx;
  private final Duration timeout;
  private final List<Server> servers;
  private final Set<FollowingPool> pools = ConcurrentHashMap.newKeySet();
  private Server writer;
  private Future<Server> found;
  private long foundNanos;
  private long suspectedNanos = System.nanoTime() - VALID_NANOS;
  private int moves;

  private record Server(String name, Supplier<Future<PgConnectOptions>> options) {}

  /**
   * @param check of the servers' certificates
   */
  public WriterLocator(Vertx vertx, DatabaseConfig config, CertificateCheck check) {
    this.vertx = vertx;
    timeout = config.connectTimeout();
    servers =
        PostgresAddress.of(config).servers().stream()
            .map(
                server ->
                    new Server(
                        server.hostAndPort(),
                        reached(vertx, server.connectOptions(check), config.connectTimeout())))
            .toList();
  }

  private static Supplier<Future<PgConnectOptions>> reached(
      Vertx vertx, PgConnectOptions server, Duration timeout) {
    return server.getSslMode() == SslMode.PREFER
        ? new PreferredTls(vertx, server, timeout)
        : () -> Future.succeededFuture(server);
  }

  /** Options of a connection to the server that takes writes; fails where none does. */
  Future<PgConnectOptions> options() {
    return servers.size() == 1
        ? servers.get(0).options().get()
        : writer().compose(server -> server.options().get());
  }

  void add(FollowingPool pool) {
    pools.add(pool);
  }

  void remove(FollowingPool pool) {
    pools.remove(pool);
  }

  /**
   * A statement failed because its server takes no writes. If there is a server that does, all
   * pools open new connections; if not, they keep their connections, which still read.
   */
  void suspect() {
    int before;
    synchronized (this) {
      if (System.nanoTime() - suspectedNanos < VALID_NANOS) return;
      suspectedNanos = System.nanoTime();
      found = null;
      before = moves;
    }
    Future<Server> asked = servers.size() == 1 ? probe(servers.get(0)) : writer();
    asked
        .onSuccess(
            server -> {
              LOG.warn(
                  "PostgreSQL took no writes on some connections: all are opened again, to {}",
                  server.name());
              moveUnlessDone(before);
            })
        .onFailure(failure -> LOG.debug("no server of pg takes writes", failure));
  }

  private synchronized Future<Server> writer() {
    boolean isOld = System.nanoTime() - foundNanos > VALID_NANOS;
    if (found == null || found.failed() || isOld && found.isComplete()) {
      foundNanos = System.nanoTime();
      found = ask(Optional.ofNullable(writer)).onSuccess(this::found);
    }
    return found;
  }

  private void found(Server server) {
    Server before;
    int movesBefore;
    synchronized (this) {
      before = writer;
      writer = server;
      movesBefore = moves;
    }
    if (before == server) return;
    if (before == null) {
      LOG.info("PostgreSQL takes writes at {}", server.name());
      return;
    }
    LOG.warn("PostgreSQL takes writes at {}, no longer at {}", server.name(), before.name());
    moveUnlessDone(movesBefore);
  }

  private void moveUnlessDone(int before) {
    synchronized (this) {
      if (moves != before) return;
      moves++;
    }
    pools.forEach(FollowingPool::reconnect);
  }

  private Future<Server> ask(Optional<Server> known) {
    if (known.isEmpty()) return first(servers.stream().map(this::probe).toList());
    Promise<Server> answer = Promise.promise();
    Future<Server> ofKnown = probe(known.get());
    var othersAsked = new AtomicBoolean();
    Runnable askOthers =
        () -> {
          if (answer.future().isComplete() || !othersAsked.compareAndSet(false, true)) return;
          var all = new ArrayList<>(List.of(ofKnown));
          servers.stream()
              .filter(server -> server != known.get())
              .map(this::probe)
              .forEach(all::add);
          first(all).onComplete(answer);
        };
    ofKnown.onSuccess(answer::tryComplete).onFailure(failure -> askOthers.run());
    vertx.setTimer(HEAD_START_MILLIS, late -> askOthers.run());
    return answer.future();
  }

  /** The first to succeed; of several that have, the first of the list. */
  private static Future<Server> first(List<Future<Server>> asked) {
    return Future.any(asked)
        .transform(
            (any, failure) ->
                asked.stream()
                    .filter(Future::succeeded)
                    .findFirst()
                    .orElseGet(() -> Future.failedFuture(none(asked))));
  }

  private static NoWriterException none(List<Future<Server>> asked) {
    List<Throwable> causes = asked.stream().map(Future::cause).toList();
    boolean isReadOnly = causes.stream().anyMatch(ReadOnlyServerException.class::isInstance);
    return new NoWriterException(
        causes.stream().map(Throwable::getMessage).collect(Collectors.joining("; ")), isReadOnly);
  }

  /** Succeeds when the server takes writes; its failure names it. */
  private Future<Server> probe(Server server) {
    return server
        .options()
        .get()
        .compose(
            options ->
                BriefConnection.use(
                    vertx,
                    options,
                    timeout,
                    connection ->
                        connection
                            .query(PROBE)
                            .execute()
                            .map(rows -> rows.iterator().next().getString(0))))
        .recover(
            failure ->
                Future.failedFuture(
                    new IllegalStateException(
                        server.name() + ": " + failure.getMessage(), failure)))
        .compose(
            answer ->
                answer.equals("off")
                    ? Future.succeededFuture(server)
                    : Future.failedFuture(
                        new ReadOnlyServerException(server.name() + " is read-only")));
  }

  /** No server takes writes. Of the type of Vert.x's own failures to connect. */
  static final class NoWriterException extends VertxException {
    private static final long serialVersionUID = 1L;

    private final boolean isReadOnly;

    NoWriterException(String causes, boolean isReadOnly) {
      super("no server of pg takes writes: " + causes, true);
      this.isReadOnly = isReadOnly;
    }

    /** Whether one of them answers. */
    boolean isReadOnly() {
      return isReadOnly;
    }
  }

  private static final class ReadOnlyServerException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    ReadOnlyServerException(String message) {
      super(message);
    }
  }
}
