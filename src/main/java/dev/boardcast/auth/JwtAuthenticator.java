package dev.boardcast.auth;

import dev.boardcast.spi.Authenticator;
import dev.boardcast.spi.Principal;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.PubSecKeyOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Authenticates JSON Web Tokens by the configured keys, and follows changes of the keys: files are
 * reloaded, and the key set is fetched periodically and, at a limited rate, when a token's
 * signature is unknown. Thread safe; a token that was verified before costs one look-up.
 */
public final class JwtAuthenticator implements Authenticator {
  private static final Logger LOG = LoggerFactory.getLogger(JwtAuthenticator.class);
  private static final int MAX_CACHED_TOKENS = 20_000;
  private static final List<String> UNSIGNED_HEADERS =
      Stream.of("HS256", "RS256", "ES256")
          .map(algorithm -> base64("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}"))
          .toList();
  private static final String UNSIGNED =
      "." + base64("{\"sub\":\"nobody\"}") + "." + base64("no signature");

  /**
   * Intervals and limits.
   *
   * @param files how often key files are read
   * @param jwks how often the JWKS URL is fetched
   * @param retry how often it is fetched while it fails
   * @param pause least time between two fetches caused by unknown signatures
   * @param timeout how long a fetch may take
   */
  record Timing(Duration files, Duration jwks, Duration retry, Duration pause, Duration timeout) {
    static final Timing DEFAULTS =
        new Timing(
            Duration.ofSeconds(5),
            // With the fetch itself, a withdrawn key is unknown after a minute.
            Duration.ofSeconds(50),
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
  // Whether the key set could not be fetched the last time, or not yet.
  private volatile boolean isAway;
  private List<JsonObject> fetched = List.of();
  private final List<Consumer<Set<String>>> withdrawals = new CopyOnWriteArrayList<>();
  private Future<Void> fetch = Future.succeededFuture();
  private Future<Void> next;
  private Future<Void> awaited = Future.succeededFuture();
  private long fetchedNanos;
  private long filesTimer = -1;
  private long jwksTimer = -1;
  private boolean closed;

  private JwtAuthenticator(Vertx vertx, AuthConfig config, Timing timing) {
    this.vertx = vertx;
    this.config = config;
    this.timing = timing;
    this.files = new KeyFiles(config.keyFiles());
    this.jwks =
        config.hasKeySet()
            ? Optional.of(new JwksClient(vertx, config, timing.timeout()))
            : Optional.empty();
    this.isAway = jwks.isPresent();
  }

  /**
   * Loads all keys and follows their changes until {@link #close}.
   *
   * @return fails when a key file cannot be used, naming it; a JWKS URL that cannot be reached is
   *     not a failure, it is retried
   */
  public static Future<JwtAuthenticator> start(Vertx vertx, AuthConfig config) {
    return start(vertx, config, Timing.DEFAULTS);
  }

  static Future<JwtAuthenticator> start(Vertx vertx, AuthConfig config, Timing timing) {
    if (!config.hasKeys()) {
      return Future.failedFuture(
          new IllegalArgumentException(
              "one of jwt-secret, jwt-keys, jwt-jwks-url, oidc-issuer must be set, was none"));
    }
    var authenticator = new JwtAuthenticator(vertx, config, timing);
    return authenticator.load().map(authenticator);
  }

  @Override
  public Future<Principal> authenticate(String token) {
    KeySet current = keys;
    return verify(current, token)
        .recover(
            failure ->
                failure instanceof KeySet.UnknownSignature unknown
                    ? onCallerContext(fetchForUnknownSignature())
                        .compose(done -> verifyAgain(current, token, unknown))
                    : Future.failedFuture(failure));
  }

  /** Whether the keys could not be fetched the last time; users cannot sign in with a new key. */
  public boolean isKeySetAway() {
    return isAway;
  }

  /** Whether the key that signed a principal's token is still one of the keys. */
  public boolean isSignedByKnownKey(Principal principal) {
    return principal.keyId().map(keys::contains).orElse(true);
  }

  /**
   * Calls a handler when keys were withdrawn, on any thread, with their ids. Tokens that they
   * signed are no longer accepted then.
   */
  public void onWithdrawn(Consumer<Set<String>> handler) {
    withdrawals.add(handler);
  }

  /** Reads the files and fetches the JWKS once more, at once; never fails. */
  public void refresh() {
    if (!config.keyFiles().isEmpty()) reloadFiles();
    fetchAfresh();
  }

  /** Stops following changes of the keys. */
  public Future<Void> close() {
    synchronized (this) {
      closed = true;
      vertx.cancelTimer(filesTimer);
      vertx.cancelTimer(jwksTimer);
    }
    return jwks.map(JwksClient::close).orElseGet(Future::succeededFuture);
  }

  /** A fetch is shared by callers on several contexts. */
  private static Future<Void> onCallerContext(Future<Void> shared) {
    Context context = Vertx.currentContext();
    if (context == null || shared.isComplete()) return shared;
    Promise<Void> answer = Promise.promise();
    shared.onComplete(result -> context.runOnContext(run -> answer.handle(result)));
    return answer.future();
  }

  private static Future<Principal> verify(KeySet keys, String token) {
    try {
      return Future.succeededFuture(keys.verify(token, Instant.now()));
    } catch (Unauthenticated | KeySet.UnknownSignature refused) {
      return Future.failedFuture(refused);
    }
  }

  private Future<Principal> verifyAgain(
      KeySet before, String token, KeySet.UnknownSignature unknown) {
    KeySet current = keys;
    var verified =
        current == before ? Future.<Principal>failedFuture(unknown) : verify(current, token);
    return verified.recover(failure -> Future.failedFuture(refusal(failure)));
  }

  /** While the key set is away, a token of a key that is not known may be valid. */
  private RuntimeException refusal(Throwable failure) {
    boolean mayBeValid =
        isAway && failure instanceof KeySet.UnknownSignature unknown && unknown.isOfUnknownKey();
    return mayBeValid
        ? new Unavailable("the signing keys cannot be fetched at present")
        : new Unauthenticated(failure.getMessage());
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
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
              return fetch();
            })
        .compose(fetched -> prepare());
  }

  /**
   * Verifies tokens that nobody has signed, on a worker thread. The first verification of a process
   * takes a quarter of a second, in which an event loop would serve nobody.
   */
  private Future<Void> prepare() {
    return vertx.executeBlocking(
        () -> {
          for (String header : UNSIGNED_HEADERS) {
            try {
              keys.verify(header + UNSIGNED, Instant.EPOCH);
            } catch (Unauthenticated | KeySet.UnknownSignature refused) {
              // As expected.
            }
          }
          return null;
        });
  }

  private void reloadFiles() {
    vertx
        .executeBlocking(files::reload)
        .onSuccess(
            changed -> {
              if (!changed) return;
              rebuild();
              LOG.info("reloaded the signing keys from files");
            });
  }

  /**
   * Fetches afresh, unless the last fetch is a short time ago; those that wait because of unknown
   * signatures share one.
   */
  private synchronized Future<Void> fetchForUnknownSignature() {
    if (!awaited.isComplete()) return awaited;
    boolean inProgress = !fetch.isComplete();
    boolean tooSoon = System.nanoTime() - fetchedNanos < timing.pause().toNanos();
    if (!inProgress && tooSoon) return Future.succeededFuture();
    awaited = fetchAfresh();
    return awaited;
  }

  /**
   * Fetches the JWKS by a request that is sent after this call: a fetch in progress may have been
   * answered before a key was published or withdrawn, so another one follows it, which later
   * callers share. Never fails.
   */
  private synchronized Future<Void> fetchAfresh() {
    if (fetch.isComplete()) return fetch();
    if (next == null) next = fetch.transform(done -> startNext());
    return next;
  }

  private synchronized Future<Void> startNext() {
    next = null;
    return fetch();
  }

  /** Fetches the JWKS, unless a fetch is in progress; never fails. */
  private synchronized Future<Void> fetch() {
    if (jwks.isEmpty() || closed) return Future.succeededFuture();
    if (!fetch.isComplete()) return fetch;
    vertx.cancelTimer(jwksTimer);
    fetch =
        jwks.get()
            .fetch()
            .onSuccess(this::replace)
            .onFailure(
                failure ->
                    LOG.warn("fetching {} failed: {}", jwks.get().source(), failure.getMessage()))
            .onComplete(result -> isAway = result.failed())
            .transform(
                result -> scheduleFetch(result.succeeded() ? timing.jwks() : timing.retry()));
    return fetch;
  }

  private synchronized Future<Void> scheduleFetch(Duration delay) {
    fetchedNanos = System.nanoTime();
    if (!closed) jwksTimer = vertx.setTimer(delay.toMillis(), tick -> fetch());
    return Future.succeededFuture();
  }

  private synchronized void replace(List<JsonObject> jwks) {
    if (jwks.equals(fetched)) return;
    fetched = jwks;
    rebuild();
  }

  private synchronized void rebuild() {
    var all = new ArrayList<PubSecKeyOptions>();
    config.secrets().forEach(secret -> all.add(KeyFile.secret(secret)));
    all.addAll(files.keys());
    KeySet before = keys;
    keys = new KeySet(vertx, config, all, fetched, MAX_CACHED_TOKENS);
    Set<String> withdrawn = before == null ? Set.of() : before.withdrawnIn(keys);
    if (withdrawn.isEmpty()) return;
    LOG.info("signing keys were withdrawn: {}", String.join(", ", withdrawn));
    withdrawals.forEach(handler -> handler.accept(withdrawn));
  }
}
