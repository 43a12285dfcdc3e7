package dev.boardcast.web.audit;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.RequestPath;
import dev.boardcast.web.ClientAddressResolver;
import dev.boardcast.web.limits.ClientLimits;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;

/**
 * Writes the audit trail of a node. Acts are written in their transaction, or before they happen;
 * refused acts and failed logins after the response, at a limited rate ({@link RefusedActs}).
 * Thread safe.
 */
public final class AuditTrail {
  /** The reserved stream of the trail. */
  public static final String STREAM = AuditSql.STREAM;

  private static final String HTTP = "http";
  private static final List<String> TRANSPORTS = List.of(HTTP, "websocket", "sse");

  private final Pool pool;
  private final String node;
  private final ClientAddressResolver addresses;
  private final ClientLimits limits;
  private final AuditSql sql;
  private final String write;
  private final String end;
  private final RefusedActs refused;
  private final Function<String, Counter> failures;

  /**
   * @param node the node's name, for its rows
   * @param addresses tells where clients connect from
   * @param limits tells which requests are of one client
   */
  public AuditTrail(
      Vertx vertx,
      Pool pool,
      String node,
      ClientAddressResolver addresses,
      ClientLimits limits,
      AuditTrailConfig config,
      MeterRegistry registry) {
    this.pool = pool;
    this.node = node;
    this.addresses = addresses;
    this.limits = limits;
    sql = new AuditSql(config.streams());
    write = sql.write();
    end = sql.end();
    failures =
        transport ->
            Counter.builder("boardcast.login.failures")
                .description("Tokens that were refused, by transport")
                .tag("transport", transport)
                .register(registry);
    // From the start on, so that the first failures are an increase.
    TRANSPORTS.forEach(failures::apply);
    Counter lost =
        Counter.builder("boardcast.audit.lost")
            .description("Rows of refused acts and failed logins that could not be written")
            .register(registry);
    refused = new RefusedActs(vertx, this::writeAll, lost::increment, RefusedActs.Limits.DEFAULTS);
  }

  /** Gives a request its log. */
  public void begin(RoutingContext context) {
    AuditLog.set(context, new RequestAuditLog(this, context));
  }

  /** Records a token of a session that was refused; bounded. Any thread. */
  public void loginFailed(FailedLogin login) {
    failures.apply(TRANSPORTS.contains(login.path()) ? login.path() : HTTP).increment();
    refused.add(login.address(), login.row());
  }

  /**
   * Writes the row of a session that publishes events, in their transaction.
   *
   * @param user null for a client without a token
   * @param userAgent null if unknown
   * @param stream to which it publishes
   * @param session stands for the id of a request
   */
  public Future<Void> published(
      SqlClient transaction,
      String user,
      String address,
      String userAgent,
      String stream,
      String session) {
    var row =
        new AuditRow(
            true,
            user,
            address,
            userAgent,
            AuditLog.EVENTS_PUBLISHED,
            stream,
            AuditRow.Outcome.DONE,
            null,
            null,
            session,
            1);
    return write(transaction, row).mapEmpty();
  }

  /** Records a token of a request that was refused; bounded. */
  public void loginFailed(RoutingContext context, int status, String reason) {
    var login =
        new FailedLogin(
            null,
            address(context),
            context.request().getHeader(HttpHeaders.USER_AGENT),
            RequestPath.relative(context),
            status,
            reason,
            RequestId.of(context));
    failures.apply(HTTP).increment();
    refused.add(limits.address(context.request()), login.row());
  }

  /** Writes what waits; never fails, and takes a bounded time. */
  public Future<Void> close() {
    return refused.close();
  }

  String address(RoutingContext context) {
    return addresses.of(context.request());
  }

  /** Records a refused or failed act of a request; bounded. */
  void refused(RoutingContext context, AuditRow row) {
    String client = row.actor() == null ? limits.address(context.request()) : row.actor();
    refused.add(client, row);
  }

  AuditSql sql() {
    return sql;
  }

  Tuple bind(Tuple parameters, AuditRow row) {
    return row.bind(parameters, node);
  }

  Pool pool() {
    return pool;
  }

  /** The time and the id of a row. */
  record Key(OffsetDateTime at, long id) {}

  Future<Key> write(SqlClient client, AuditRow row) {
    return client
        .preparedQuery(write)
        .execute(bind(Tuple.tuple(), row))
        .map(
            rows -> {
              Row first = rows.iterator().next();
              return new Key(first.getOffsetDateTime("at"), first.getLong("id"));
            });
  }

  Future<Void> end(Key key, AuditRow.Outcome outcome, int status, String reason) {
    return pool.preparedQuery(end)
        .execute(Tuple.of(key.at(), key.id(), outcome.text()).addInteger(status).addString(reason))
        .mapEmpty();
  }

  private Future<Void> writeAll(List<AuditRow> rows) {
    return pool.preparedQuery(write)
        .executeBatch(rows.stream().map(row -> bind(Tuple.tuple(), row)).toList())
        .mapEmpty();
  }
}
