package dev.boardcast.auth;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Believes JSON Web Tokens signed by the configured keys, and follows these as they change: files
 * are read again, the JWKS URL is asked again in time and, not too often, when a token's signature
 * is unknown. Safe from any thread; a known token costs one look-up.
 */
public final class JwtAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);
  private static final int REMEMBERED = 20_000;

  /**
   * @param files how often key files are read
   * @param jwks how often the JWKS URL is asked
   * @param retry how often it is asked while it fails
   * @param pause least time between two questions caused by unknown tokens
   * @param timeout how long an answer may take
   */
  record Timing(Duration files, Duration jwks, Duration retry, Duration pause, Duration timeout) {
    static final Timing DEFAULTS =
        new Timing(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3));
  }

  private final Vertx vertx;
  private final AuthConfig config;
  private final Timing timing;
  private final KeyFiles files;
  private final Optional<JwksClient> jwks;
  private volatile KeySet keys;
  private List<JsonObject> fetched = List.of();
  private Future<Void> refresh = Future.succeededFuture();
  private long refreshedAt;
  private long filesTimer = -1;
  private long jwksTimer = -1;
  private boolean closed;

  private JwtAuthenticator(Vertx vertx, AuthConfig config, Timing timing) {
    this.vertx = vertx;
    this.config = config;
    this.timing = timing;
    this.files = new KeyFiles(config.keyFiles());
    this.jwks = config.jwksUrl().map(url -> new JwksClient(vertx, url, timing.timeout()));
  }

  /**
   * Reads all keys once and keeps following them until {@link #close}.
   *
   * @return fails when a key file cannot be used, naming it; an absent JWKS URL fails nothing, it
   *     is asked again until it answers
   */
  public static Future<JwtAuthenticator> start(Vertx vertx, AuthConfig config) {
    return start(vertx, config, Timing.DEFAULTS);
  }

  static Future<JwtAuthenticator> start(Vertx vertx, AuthConfig config, Timing timing) {
    var authenticator = new JwtAuthenticator(vertx, config, timing);
    return authenticator.load().map(authenticator);
  }

  @Override
  public Future<Principal> authenticate(String token) {
    KeySet now = keys;
    return verify(now, token)
        .recover(
            failure ->
                failure instanceof KeySet.UnknownSignature
                    ? here(askAgain()).compose(done -> again(now, token))
                    : Future.failedFuture(failure));
  }

  /** Stops following the keys. */
  public Future<Void> close() {
    synchronized (this) {
      closed = true;
      vertx.cancelTimer(filesTimer);
      vertx.cancelTimer(jwksTimer);
    }
    return jwks.map(JwksClient::close).orElseGet(Future::succeededFuture);
  }

  /** The answer on the context that asked: others may wait for the same one. */
  private static Future<Void> here(Future<Void> shared) {
    Context context = Vertx.currentContext();
    if (context == null || shared.isComplete()) return shared;
    Promise<Void> mine = Promise.promise();
    shared.onComplete(answer -> context.runOnContext(run -> mine.handle(answer)));
    return mine.future();
  }

  private static Future<Principal> verify(KeySet keys, String token) {
    try {
      return Future.succeededFuture(keys.verify(token, Instant.now()));
    } catch (Unauthenticated | KeySet.UnknownSignature refused) {
      return Future.failedFuture(refused);
    }
  }

  private Future<Principal> again(KeySet before, String token) {
    KeySet now = keys;
    if (now.isEmpty()) {
      return Future.failedFuture(new Unavailable("the signing keys cannot be fetched at present"));
    }
    var verified =
        now == before
            ? Future.<Principal>failedFuture(new KeySet.UnknownSignature())
            : verify(now, token);
    return verified.recover(
        failure -> Future.failedFuture(new Unauthenticated(failure.getMessage())));
  }

  private Future<Void> load() {
    return vertx
        .executeBlocking(
            () -> {
              files.load();
              return null;
            })
        .compose(
            loaded -> {
              rebuild();
              if (!config.keyFiles().isEmpty()) {
                filesTimer = vertx.setPeriodic(timing.files().toMillis(), tick -> reloadFiles());
              }
              return refresh();
            });
  }

  private void reloadFiles() {
    vertx
        .executeBlocking(files::reload)
        .onSuccess(
            changed -> {
              if (!changed) return;
              rebuild();
              LOG.info("Signing keys read again from files");
            });
  }

  /** One question at a time, however many tokens wait for its answer, and none too soon. */
  private synchronized Future<Void> askAgain() {
    boolean waiting = !refresh.isComplete();
    boolean soon = System.nanoTime() - refreshedAt < timing.pause().toNanos();
    return waiting ? refresh : soon ? Future.succeededFuture() : refresh();
  }

  /** Completes in any case: whoever waits looks at the keys there are. */
  private synchronized Future<Void> refresh() {
    if (jwks.isEmpty() || closed) return Future.succeededFuture();
    if (!refresh.isComplete()) return refresh;
    vertx.cancelTimer(jwksTimer);
    refresh =
        jwks.get()
            .fetch()
            .onSuccess(this::replace)
            .onFailure(
                failure -> LOG.warn("jwt-jwks-url did not give keys: {}", failure.getMessage()))
            .transform(answer -> later(answer.succeeded() ? timing.jwks() : timing.retry()));
    return refresh;
  }

  private synchronized Future<Void> later(Duration wait) {
    refreshedAt = System.nanoTime();
    if (!closed) jwksTimer = vertx.setTimer(wait.toMillis(), tick -> refresh());
    return Future.succeededFuture();
  }

  private synchronized void replace(List<JsonObject> answer) {
    if (answer.equals(fetched)) return;
    fetched = answer;
    rebuild();
  }

  private synchronized void rebuild() {
    var all = new ArrayList<PubSecKeyOptions>();
    config.secrets().forEach(secret -> all.add(KeyFile.secret(secret)));
    all.addAll(files.keys());
    keys = new KeySet(vertx, config, all, fetched, REMEMBERED);
  }
}
