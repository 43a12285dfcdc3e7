package dev.boardcast.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Finds out whether a server offers TLS, for the mode {@code prefer}: Vert.x would try each
 * connection twice, and leave the first one open. The answer is valid for {@value #VALID_SECONDS}
 * s. One per pool; thread safe.
 */
final class PreferredTls implements Supplier<Future<PgConnectOptions>> {
  private static final int VALID_SECONDS = 30;

  private final Vertx vertx;
  private final PgConnectOptions encrypted;
  private final PgConnectOptions plain;
  private final Duration timeout;
  private Future<PgConnectOptions> found;
  private long foundNanos;

  PreferredTls(Vertx vertx, PgConnectOptions server, Duration timeout) {
    this.vertx = vertx;
    this.encrypted = new PgConnectOptions(server).setSslMode(SslMode.REQUIRE);
    this.plain = new PgConnectOptions(server).setSslMode(SslMode.DISABLE);
    this.timeout = timeout;
  }

  /** The options to connect with; fails when the server cannot be reached. */
  @Override
  public synchronized Future<PgConnectOptions> get() {
    boolean isOld = System.nanoTime() - foundNanos > TimeUnit.SECONDS.toNanos(VALID_SECONDS);
    if (found == null || found.failed() || isOld) {
      foundNanos = System.nanoTime();
      found = ask().timeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
    return found;
  }

  private Future<PgConnectOptions> ask() {
    return BriefConnection.use(
            vertx, encrypted, timeout, connected -> Future.succeededFuture(encrypted))
        .recover(
            failure ->
                TlsFailure.of(failure).filter(TlsFailure.NOT_OFFERED::equals).isPresent()
                    ? Future.succeededFuture(plain)
                    : Future.failedFuture(failure));
  }
}
