package dev.boardcast.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.Problem.FieldError;
import dev.boardcast.spi.StoredResponse;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs a write in one transaction and answers it; with an {@code Idempotency-Key}, once per caller
 * and key.
 *
 * <ul>
 *   <li>The answer is kept in the transaction of the fact: both are there, or neither.
 *   <li>The same request again gets the kept answer and {@code Idempotency-Replayed: true}; one
 *       that comes while the first is under way waits for its end.
 *   <li>Another request with the same key: 422.
 *   <li>A failed write keeps nothing, so a retry runs it.
 * </ul>
 *
 * Thread safe.
 */
public final class Idempotency {
  /** How long an answer is kept; {@link RowExpiryVerticle} deletes what is older. */
  public static final RowExpiryVerticle.Kept KEPT =
      new RowExpiryVerticle.Kept("idempotency", "created_at", Duration.ofHours(24));

  private static final String HEADER = "Idempotency-Key";

  private final Pool pool;
  private final IdempotencyStore store = new IdempotencyStore(KEPT.age());

  public Idempotency(Pool pool) {
    this.pool = pool;
  }

  /** What one request changes, within a transaction that is not its to end. */
  @FunctionalInterface
  public interface Work {
    Future<Written> in(SqlClient transaction);
  }

  /**
   * What was written.
   *
   * @param afterCommit hints to others; runs on the request's event loop, before the answer
   */
  public record Written(StoredResponse reply, Runnable afterCommit) {}

  /** Runs the work, commits, answers; a failure goes to the one failure handler. */
  public void answer(RoutingContext context, Principal caller, Work work) {
    Optional<String> key = key(context);
    pool.withTransaction(
            tx -> key.isEmpty() ? work.in(tx) : once(tx, context, caller, key.get(), work))
        .onSuccess(
            written -> {
              written.afterCommit().run();
              written.reply().send(context);
            })
        .onFailure(context::fail);
  }

  /**
   * The request's key.
   *
   * @throws Problem 400 when it is malformed
   */
  public static Optional<String> key(RoutingContext context) {
    List<String> values = context.request().headers().getAll(HEADER);
    if (values.isEmpty()) return Optional.empty();
    if (values.size() > 1 || !values.get(0).matches("[\\x21-\\x7e]{1,255}")) {
      throw Problem.invalid(HEADER, "one value of 1 to 255 visible ASCII characters");
    }
    return Optional.of(values.get(0));
  }

  private Future<Written> once(
      SqlClient tx, RoutingContext context, Principal caller, String key, Work work) {
    byte[] request = digest(context);
    return store
        .claim(tx, caller.user(), key, request)
        .compose(
            kept ->
                kept.isPresent()
                    ? Future.succeededFuture(again(context, kept.get(), request))
                    : work.in(tx)
                        .compose(
                            written ->
                                store.keep(tx, caller.user(), key, written.reply()).map(written)));
  }

  private static Written again(RoutingContext context, IdempotencyStore.Kept kept, byte[] request) {
    if (!MessageDigest.isEqual(kept.request(), request)) {
      throw Problem.of(
          422,
          "Key already used",
          new FieldError(HEADER, "a new key, because this one came with another request"));
    }
    return new Written(
        kept.reply(), () -> context.response().putHeader("Idempotency-Replayed", "true"));
  }

  /** Everything that makes this request another one. */
  private static byte[] digest(RoutingContext context) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var request = context.request();
      String ifMatch = request.getHeader("If-Match");
      String head = request.method() + " " + request.path() + "\n" + ifMatch + "\n";
      digest.update(head.getBytes(UTF_8));
      var body = context.body().buffer();
      if (body != null) digest.update(body.getBytes());
      return digest.digest();
    } catch (NoSuchAlgorithmException defect) {
      throw new IllegalStateException(defect);
    }
  }
}
