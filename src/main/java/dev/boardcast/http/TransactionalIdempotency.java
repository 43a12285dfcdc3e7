package dev.boardcast.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;

/**
 * Stores responses in the table {@code idempotency}. One per node. Thread safe.
 *
 * <p>A stored response is read in the request's own transaction, after that has waited for any
 * other with the same key. Nothing is cached or shared between requests.
 */
public final class TransactionalIdempotency implements Idempotency {
  private final Pool pool;
  private final IdempotencyStore store;

  /**
   * @param keep how long a response is kept
   */
  public TransactionalIdempotency(Pool pool, Duration keep) {
    this.pool = pool;
    store = new IdempotencyStore(keep);
  }

  /** Rows of responses that are older. */
  public static RowExpiryVerticle.Expiry expiry(Duration keep) {
    return new RowExpiryVerticle.Expiry("idempotency", "created_at", keep);
  }

  @Override
  public void respond(RoutingContext context, Principal caller, Write write) {
    Optional<String> key = Idempotency.key(context);
    Write audited =
        tx -> write.in(tx).compose(written -> AuditLog.of(context).append(tx).map(written));
    pool.withTransaction(
            tx -> key.isEmpty() ? audited.in(tx) : once(tx, context, caller, key.get(), audited))
        .onSuccess(
            written -> {
              written.afterCommit().run();
              written.response().send(context);
            })
        .onFailure(context::fail);
  }

  private Future<Written> once(
      SqlClient tx, RoutingContext context, Principal caller, String key, Write write) {
    byte[] request = digest(context);
    return store
        .claim(tx, caller.user(), key, request)
        .compose(
            kept ->
                kept.isPresent()
                    ? Future.succeededFuture(replay(context, kept.get(), request))
                    : write
                        .in(tx)
                        .compose(
                            written ->
                                store
                                    .keep(tx, caller.user(), key, written.response())
                                    .map(written)));
  }

  private static Written replay(
      RoutingContext context, IdempotencyStore.Kept kept, byte[] request) {
    if (!MessageDigest.isEqual(kept.request(), request)) {
      throw Problem.of(
          422,
          "Key already used",
          new FieldError(HEADER, "a new key, because this one came with another request"));
    }
    return new Written(
        kept.response(), () -> context.response().putHeader("Idempotency-Replayed", "true"));
  }

  /** A digest of everything that distinguishes requests: method, path, If-Match and body. */
  private static byte[] digest(RoutingContext context) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var request = context.request();
      String ifMatch = request.getHeader("If-Match");
      String head = request.method() + " " + request.path() + "\n" + ifMatch + "\n";
      digest.update(head.getBytes(UTF_8));
      digest.update(JsonBody.bytes(context));
      return digest.digest();
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
