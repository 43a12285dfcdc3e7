package dev.boardcast.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.boardcast.engine.ConcurrencyLimiter;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Page;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.Csv;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/** Lists the audit trail to the role {@code viewer}, as JSON or CSV, the newest row first. */
public final class AuditRoutes implements Routes {
  private static final String PATH = "/api/v1/admin/audit";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_ROWS_OF_CSV = 10_000;
  private static final int MAX_TEXT = 512;
  private static final Set<String> OUTCOMES = Set.of("begun", "done", "refused", "failed");
  // A filter that fits little reads many rows.
  private static final int MAX_RUNNING = 2;
  private static final int MAX_WAITING = 20;

  private final AuditQuery query;
  private final ConcurrencyLimiter limiter = new ConcurrencyLimiter(MAX_RUNNING, MAX_WAITING);

  public AuditRoutes(Pool pool) {
    this.query = new AuditQuery(pool);
  }

  /**
   * The response.
   *
   * @param next what {@code after} is for the next page; null on the last
   */
  record AuditPage(List<Entry> entries, String next) {}

  /** A row of the audit trail. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(
      String id,
      Instant at,
      String actor,
      String address,
      String userAgent,
      String action,
      String target,
      String outcome,
      Integer status,
      String reason,
      String requestId,
      String node,
      int count) {}

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAudit").handler(this::list);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    var given =
        QueryParameters.of(
            context, "actor", "action", "target", "outcome", "from", "to", "after", "limit",
            "format");
    boolean isCsv = Csv.isWanted(context, given.text("format"));
    int limit =
        isCsv
            ? given.number("limit", 1, MAX_ROWS_OF_CSV, MAX_ROWS_OF_CSV)
            : given.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    var filter =
        new AuditQuery.Filter(
            text(given, "actor"),
            text(given, "action"),
            text(given, "target"),
            outcome(given),
            time(given, "from"),
            time(given, "to"),
            given.text("after").map(AuditRoutes::cursor));
    limiter
        .run(() -> query.find(filter, limit + 1))
        .map(found -> Page.of(found, limit, AuditRoutes::cursor))
        .onSuccess(
            page -> {
              context.response().headers().add(HttpHeaders.VARY, "Accept");
              if (isCsv) csv(context, page);
              else JsonResponse.json(context, 200, new AuditPage(page.items(), page.next()));
            })
        .onFailure(context::fail);
  }

  private static void csv(RoutingContext context, Page<Entry> page) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    if (page.next() != null) response.putHeader("Link", next(context, page.next()));
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, Csv.TYPE)
        .putHeader("Content-Disposition", "attachment; filename=\"audit.csv\"")
        .end(AuditCsv.of(page.items()));
  }

  /** The address of the next page, relative to this one. */
  private static String next(RoutingContext context, String cursor) {
    var query = new StringJoiner("&", "?", "");
    for (var each : context.queryParams()) {
      if (!each.getKey().equals("after")) query.add(each.getKey() + "=" + encode(each.getValue()));
    }
    return "<" + query.add("after=" + cursor) + ">; rel=\"next\"";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Page.Cursor cursor(String text) {
    try {
      return Page.Cursor.parse(text, "\\d{1,18}");
    } catch (Problem malformed) {
      throw Problem.invalid("after", "next of the page before");
    }
  }

  private static String cursor(Entry entry) {
    return new Page.Cursor(entry.at(), entry.id()).toString();
  }

  private static Optional<String> text(QueryParameters given, String name) {
    Optional<String> text = given.text(name);
    boolean fits =
        text.stream()
            .allMatch(
                some ->
                    !some.isBlank()
                        && some.length() <= MAX_TEXT
                        && some.chars().noneMatch(Character::isISOControl));
    if (fits) return text;
    throw Problem.invalid(
        name, "1 to " + MAX_TEXT + " characters, not blank, no control characters");
  }

  private static Optional<String> outcome(QueryParameters given) {
    Optional<String> outcome = given.text("outcome");
    if (outcome.stream().allMatch(OUTCOMES::contains)) return outcome;
    throw Problem.invalid("outcome", "begun, done, refused or failed");
  }

  private static Optional<Instant> time(QueryParameters given, String name) {
    return given
        .text(name)
        .map(
            text -> {
              try {
                Instant time = OffsetDateTime.parse(text).toInstant();
                if (AuditQuery.isTime(time)) return time;
              } catch (DateTimeException notATime) {
                // Reported below.
              }
              throw Problem.invalid(
                  name,
                  "an ISO 8601 time with offset, from 2000 to 2199, such as 2026-01-31T12:00:00Z");
            });
  }
}
