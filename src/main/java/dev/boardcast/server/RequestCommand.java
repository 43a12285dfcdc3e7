package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.web.audit.AuditTrailConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that requests work of a node by a row in the database, and waits for its outcome.
 *
 * @param <T> the request with its outcome
 */
abstract class RequestCommand<T> implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final long POLL_MILLIS = 250;

  private final SettingOptions options;

  @Option(
      names = "--wait",
      defaultValue = "1h",
      description =
          "How long to wait for the result (default ${DEFAULT-VALUE}); the request remains after"
              + " that.")
  private String wait;

  @Spec private CommandSpec spec;

  RequestCommand(SettingOptions options) {
    this.options = options;
  }

  /** Throws what {@link Arguments} makes for an argument that does not fit. */
  void check() {}

  /**
   * Requests the work, and writes the audit trail.
   *
   * @return empty when it cannot be requested
   */
  abstract Future<Optional<T>> request(SqlClient tx, AuditTrailConfig config);

  /** The request as it is now. */
  abstract Future<Optional<T>> latest(Pool pool, T requested);

  abstract boolean isOver(T latest);

  /**
   * Prints the outcome, or that there is none yet.
   *
   * @param result empty when it could not be requested
   * @return the exit code
   */
  abstract int print(Optional<T> result, double seconds);

  @Override
  public final Integer call() throws InterruptedException {
    check();
    EffectiveSettings settings = options.warned(spec);
    Duration limit = Arguments.duration("wait", wait);
    Logging.configure(settings);
    long startNanos = System.nanoTime();
    var vertx = Vertx.vertx();
    try (var servers = DataServers.openPostgres(settings)) {
      var config = servers.settings().bind(DatabaseConfig.class);
      var pool = Pools.pool(vertx, config, spec.name(), 1);
      Optional<T> result =
          pool.withTransaction(tx -> request(tx, settings.bind(AuditTrailConfig.class)))
              .compose(
                  requested ->
                      requested.isEmpty()
                          ? Future.succeededFuture(requested)
                          : result(vertx, pool, requested.get(), startNanos + limit.toNanos()))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      return print(result, (System.nanoTime() - startNanos) / 1e9);
    } catch (EmbeddedServerException failure) {
      return fail(
          "the servers of data-dir %s do not start: %s"
              .formatted(settings.get("data-dir", Path.class), failure.getMessage()));
    } catch (ExecutionException failure) {
      return fail("the database cannot be queried: " + failure.getCause().getMessage());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** The request when it is over, or as it is at the deadline. */
  private Future<Optional<T>> result(Vertx vertx, Pool pool, T requested, long deadlineNanos) {
    return latest(pool, requested)
        .compose(
            latest ->
                latest.filter(this::isOver).isPresent() || System.nanoTime() - deadlineNanos > 0
                    ? Future.succeededFuture(latest)
                    : vertx
                        .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> result(vertx, pool, requested, deadlineNanos)));
  }

  /** Prints to the standard output. */
  final void out(String format, Object... values) {
    var out = spec.commandLine().getOut();
    out.printf(format, values);
    out.flush();
  }

  /** Prints why it failed; returns the exit code. */
  final int fail(String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + reason);
    err.flush();
    return FAILED;
  }
}
