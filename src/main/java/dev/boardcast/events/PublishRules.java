package dev.boardcast.events;

import dev.boardcast.engine.StreamPolicy;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.StreamPattern;
import dev.boardcast.spi.StreamRule;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the rules of streams in the database, where the SQL function {@code publish} reads them: at
 * the start, and whenever the operator's rules are replaced. Of several nodes with different rules
 * the last to do so is right. Thread safe.
 */
public final class PublishRules {
  private static final Logger LOG = LoggerFactory.getLogger(PublishRules.class);
  private static final Duration RETRY = Duration.ofSeconds(2);

  // The row is locked first: nodes that start together write one after another.
  private static final String KNOWN = "SELECT digest FROM publish_own FOR UPDATE";
  private static final String OWN = "UPDATE publish_own SET streams = $1, types = $2, digest = $3";
  private static final String CLEAR = "DELETE FROM publish_rule";
  private static final String STORE =
      """
      INSERT INTO publish_rule (place, prefix, pattern, closed, durable, max_bytes)
      SELECT place, prefix, pattern, closed, durable, max_bytes
      FROM unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[], $5::int[])
        WITH ORDINALITY AS r (prefix, pattern, closed, durable, max_bytes, place)""";

  private final Vertx vertx;
  private final Pool pool;
  private final StreamPolicy policy;
  private final Set<String> reserved;
  private final Set<String> ownTypes;
  private final int maxBytes;
  private Runnable unsubscribe = () -> {};
  private Future<Void> last = Future.succeededFuture();
  private boolean closed;

  /**
   * @param reserved names to which applications must not publish
   * @param ownTypes types of messages and events of the product
   * @param maxBytes most bytes of an event where the rule allows more
   */
  public PublishRules(
      Vertx vertx,
      Pool pool,
      StreamPolicy policy,
      Set<String> reserved,
      Set<String> ownTypes,
      int maxBytes) {
    this.vertx = vertx;
    this.pool = pool;
    this.policy = policy;
    this.reserved = new TreeSet<>(reserved);
    this.ownTypes = new TreeSet<>(ownTypes);
    this.maxBytes = maxBytes;
  }

  /** Writes the rules, and does so again when they change; fails when the database does. */
  public synchronized Future<Void> start() {
    unsubscribe = policy.subscribe(this::replaced);
    last = store();
    return last;
  }

  /** Ends that, after a write that has begun. */
  public synchronized Future<Void> close() {
    closed = true;
    unsubscribe.run();
    return last.otherwiseEmpty();
  }

  private synchronized void replaced() {
    if (closed) return;
    last =
        last.transform(before -> store())
            .onFailure(
                failure -> {
                  LOG.warn(
                      "the rules of streams could not be written for the SQL function publish,"
                          + " retrying: {}",
                      "" + failure);
                  vertx.setTimer(RETRY.toMillis(), due -> replaced());
                });
  }

  private Future<Void> store() {
    List<StreamPolicy.Declared> rules = policy.declared();
    String digest = digest(rules);
    return pool.withTransaction(
        tx ->
            tx.query(KNOWN)
                .execute()
                .compose(known -> isKnown(known, digest) ? done() : store(tx, rules, digest)));
  }

  private static boolean isKnown(RowSet<Row> known, String digest) {
    return known.iterator().next().getString(0).equals(digest);
  }

  private static Future<Void> done() {
    return Future.succeededFuture();
  }

  private Future<Void> store(SqlClient tx, List<StreamPolicy.Declared> rules, String digest) {
    var prefixes = new ArrayList<String>();
    var patterns = new ArrayList<String>();
    var closed = new ArrayList<Boolean>();
    var durable = new ArrayList<Boolean>();
    var sizes = new ArrayList<Integer>();
    for (var rule : rules) {
      prefixes.add(prefix(rule.streams()));
      patterns.add(pattern(rule.streams()));
      closed.add(rule.isClosed());
      durable.add(rule.rule().isDurable());
      sizes.add(Math.min(maxBytes, rule.rule().maxBytes()));
    }
    var own = Tuple.of(reserved.toArray(String[]::new), ownTypes.toArray(String[]::new), digest);
    var written =
        Tuple.tuple()
            .addArrayOfString(prefixes.toArray(String[]::new))
            .addArrayOfString(patterns.toArray(String[]::new))
            .addArrayOfBoolean(closed.toArray(Boolean[]::new))
            .addArrayOfBoolean(durable.toArray(Boolean[]::new))
            .addArrayOfInteger(sizes.toArray(Integer[]::new));
    return tx.preparedQuery(OWN)
        .execute(own)
        .compose(kept -> tx.query(CLEAR).execute())
        .compose(cleared -> tx.preparedQuery(STORE).execute(written))
        .mapEmpty();
  }

  private String digest(List<StreamPolicy.Declared> rules) {
    var all = new ArrayList<String>(List.of(Json.encode(reserved), Json.encode(ownTypes)));
    for (var each : rules) {
      StreamRule rule = each.rule();
      int bytes = Math.min(maxBytes, rule.maxBytes());
      all.add(each.streams() + " " + each.isClosed() + " " + rule.isDurable() + " " + bytes);
    }
    try {
      byte[] text = String.join("\n", all).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException notJava) {
      throw new IllegalStateException("every Java platform has SHA-256", notJava);
    }
  }

  /** What every name that matches begins with. */
  static String prefix(StreamPattern streams) {
    return streams.toString().replaceFirst("[{*].*", "");
  }

  /** A regular expression of PostgreSQL that matches the same names. */
  static String pattern(StreamPattern streams) {
    String text =
        streams
            .toString()
            .replace(".", "\\.")
            .replaceAll("\\{[a-z][a-z0-9]*}", "[^.]+")
            .replaceFirst("\\*$", ".+");
    return "^" + text + "$";
  }
}
