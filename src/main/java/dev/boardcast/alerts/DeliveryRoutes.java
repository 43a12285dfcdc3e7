package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Shows messages and their fate to the role {@code viewer}; {@code admin} sends dead ones again.
 */
final class DeliveryRoutes implements Routes {
  private static final String PATH = "/api/v1/alerts/messages";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
  private static final List<String> STATES = List.of("waiting", "sent", "muted", "dead");

  private static final String LIST =
      """
      SELECT id, channel, seq, kind, transitions, state, created_at, due_at, attempts, expired,
             error, finished_at
      FROM alert_delivery
      WHERE ($1 = '' OR state = $1) AND (created_at, seq) < ($2, $3)
      ORDER BY created_at DESC, seq DESC LIMIT $4""";

  private static final String RETRY =
      """
      UPDATE alert_delivery
      SET state = 'waiting', attempts = 0, due_at = now(), claimed_until = NULL, finished_at = NULL
      WHERE id = $1 AND state = 'dead'""";

  private final Pool pool;
  private final Idempotency idempotency;
  private final Runnable written;

  /**
   * @param written called after the commit of a message
   */
  DeliveryRoutes(Pool pool, Idempotency idempotency, Runnable written) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.written = written;
  }

  /**
   * A message as a client sees it.
   *
   * @param possibleDoubles how often it may have been sent without a record of it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      UUID id,
      String channel,
      String kind,
      String state,
      List<UUID> transitions,
      Instant createdAt,
      Instant dueAt,
      Instant finishedAt,
      int attempts,
      int possibleDoubles,
      String error) {
    static Item of(Row row) {
      return new Item(
          row.getUUID("id"),
          row.getString("channel"),
          row.getString("kind"),
          row.getString("state"),
          List.of(row.getArrayOfUUIDs("transitions")),
          Sql.time(row, "created_at"),
          Sql.time(row, "due_at"),
          Sql.time(row, "finished_at"),
          row.getInteger("attempts"),
          row.getInteger("expired"),
          row.getString("error"));
    }
  }

  private record Placed(Item item, Page.Cursor cursor) {
    static Placed of(Row row) {
      var item = Item.of(row);
      String seq = Long.toString(row.getLong("seq"));
      return new Placed(item, new Page.Cursor(item.createdAt(), seq));
    }
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAlertMessages").handler(this::list);
    AuditedRoute.on(router.post(PATH + "/:id/retry"), "alert_message.retried", "id")
        .setName("retryAlertMessage")
        .handler(this::retry);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    var query = QueryParameters.of(context, "state", "cursor", "limit");
    String state = query.text("state").map(DeliveryRoutes::state).orElse("");
    var start = new Page.Cursor(Page.Cursor.NEWEST_FIRST.at(), Long.toString(Long.MAX_VALUE));
    var request = Page.Request.of(query, MAX_LIMIT, DEFAULT_LIMIT, start, "[0-9]{1,19}");
    pool.preparedQuery(LIST)
        .execute(
            Tuple.of(
                state, Sql.utc(request.after().at()), seq(request.after().key()), request.rows()))
        .map(rows -> request.page(rows, Placed::of, Placed::cursor))
        .map(page -> new Page<>(page.items().stream().map(Placed::item).toList(), page.next()))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private static long seq(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException tooLarge) {
      throw Problem.invalid("cursor", "next of the page before");
    }
  }

  private static String state(String text) {
    if (STATES.contains(text)) return text;
    throw Problem.invalid("state", "one of " + String.join(", ", STATES));
  }

  private void retry(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    UUID id = Ids.parse(context.pathParam("id")).orElseThrow(DeliveryRoutes::missing);
    idempotency.respond(
        context,
        caller,
        tx ->
            tx.preparedQuery(RETRY)
                .execute(Tuple.of(id))
                .map(
                    rows -> {
                      if (rows.rowCount() == 0) throw missing();
                      return new Written(StoredResponse.noContent(), written);
                    }));
  }

  private static Problem missing() {
    return Problem.notFound("this dead letter");
  }
}
