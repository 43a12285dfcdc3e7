package dev.boardcast.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.SecurityHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The page behind the link in a message. Opening it changes nothing, since scanners of mail open
 * links too; its button acknowledges the alert. The signature of the link stands for a token.
 */
final class AcknowledgePage implements Routes {
  private static final Map<String, String> FORMS =
      Map.of(
          "alert",
          Ids.FORM,
          "channel",
          FieldRules.ID,
          "expires",
          "[0-9]{1,12}",
          "signature",
          "[A-Za-z0-9_-]{43}");

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Acknowledge - Boardcast</title>
      <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 3rem auto; padding: 0 1rem;
             color: #1b1f24; background: #fff }
      input, button { font: inherit; padding: .5rem .75rem; border: 1px solid #6a737d; border-radius: 4px }
      input { width: 100%; box-sizing: border-box }
      button { margin-top: 1rem; background: #0b5cad; color: #fff; border-color: #0b5cad }
      </style>
      </head>
      <body>
      <main>
      """;

  private static final String FORM =
      """
      <form method="post">
      <label for="note">Note</label>
      <input id="note" name="note" maxlength="200" autocomplete="off">
      <button type="submit">Acknowledge</button>
      </form>
      """;

  private static final String OVER = "<h1>This alert is over</h1>";
  private static final String KNOWN = "<h1>This alert is acknowledged already</h1>";

  private static final String OPEN =
      """
      SELECT t.rule_name, t.board, t.metric, s.acknowledged_at FROM alert_state s
      JOIN alert_transition t ON t.id = s.transition
      WHERE s.alert = $1 AND s.status <> 'ok'""";

  private final Pool pool;
  private final Clock clock;
  private final AcknowledgeLinks links;
  private final AlertActions actions;

  AcknowledgePage(Pool pool, Clock clock, AcknowledgeLinks links, AlertActions actions) {
    this.pool = pool;
    this.clock = clock;
    this.links = links;
    this.actions = actions;
  }

  @Override
  public void mount(Router router) {
    router.get(AcknowledgeLinks.PATH).setName("showAcknowledgePage").handler(this::show);
    AuditedRoute.on(router.post(AcknowledgeLinks.PATH), "alert.acknowledged")
        .setName("acknowledgeAlertByLink")
        .handler(this::acknowledge);
  }

  private void show(RoutingContext context) {
    var query = query(context);
    checked(query)
        .compose(link -> content(pool, link.alert()))
        .onSuccess(content -> send(context, content))
        .onFailure(context::fail);
  }

  private void acknowledge(RoutingContext context) {
    var query = query(context);
    String note = note(context);
    AuditLog.of(context).target(query.text("alert").orElse(""));
    checked(query)
        .compose(
            link ->
                pool.withTransaction(
                    tx ->
                        actions
                            .acknowledge(
                                tx, link.alert(), "link by channel " + link.channel(), note, false)
                            .compose(done -> AuditLog.of(context).append(tx).map(written -> done))
                            .compose(done -> answer(tx, link.alert(), done))))
        .onSuccess(
            answer -> {
              answer.after().run();
              send(context, answer.content());
            })
        .onFailure(context::fail);
  }

  /** The page after the button, and what to do after the commit. */
  private record Answer(String content, Runnable after) {}

  private static Future<Answer> answer(SqlClient tx, UUID alert, Optional<Runnable> done) {
    if (done.isPresent()) {
      String content = "<h1>The alert is acknowledged</h1>";
      return Future.succeededFuture(new Answer(content, done.get()));
    }
    return content(tx, alert).map(content -> new Answer(content, () -> {}));
  }

  private static QueryParameters query(RoutingContext context) {
    return QueryParameters.of(context, "alert", "channel", "expires", "signature");
  }

  private Future<AcknowledgeLinks.Link> checked(QueryParameters query) {
    FORMS.forEach(
        (name, form) -> {
          boolean isWrong = query.text(name).filter(text -> !text.matches(form)).isPresent();
          if (isWrong) throw wrong(name);
        });
    UUID alert = Ids.parse(text(query, "alert")).orElseThrow(() -> wrong("alert"));
    String channel = text(query, "channel");
    String expires = text(query, "expires");
    String signature = text(query, "signature");
    var link = new AcknowledgeLinks.Link(alert, channel, Long.parseLong(expires));
    return links
        .load(pool)
        .map(
            known -> {
              if (links.isValid(link, signature, clock.instant())) return link;
              throw Problem.forbidden("this link was not made here, or is too old");
            });
  }

  private static String text(QueryParameters query, String name) {
    return query.text(name).orElseThrow(() -> wrong(name));
  }

  private static Problem wrong(String name) {
    return Problem.invalid(name, "that of the link in a message");
  }

  /** The field of the form; null if it is empty. */
  private static String note(RoutingContext context) {
    String body = new String(JsonBody.bytes(context), UTF_8);
    if (body.length() > 4_000) throw Problem.invalid("note", FieldRules.NAME_TEXT);
    List<String> notes =
        new QueryStringDecoder(body, false).parameters().getOrDefault("note", List.of(""));
    String note = notes.get(0);
    if (note.isBlank()) return null;
    boolean isText = note.matches(FieldRules.NAME) && note.indexOf(0) < 0;
    if (!isText) throw Problem.invalid("note", FieldRules.NAME_TEXT);
    return note;
  }

  /** The page for an alert as it is. */
  private static Future<String> content(SqlClient client, UUID alert) {
    return client
        .preparedQuery(OPEN)
        .execute(Tuple.of(alert))
        .map(
            rows -> {
              if (rows.size() == 0) return OVER;
              var row = rows.iterator().next();
              if (row.getOffsetDateTime("acknowledged_at") != null) return KNOWN;
              String title =
                  "%s (%s, %s)"
                      .formatted(
                          row.getString("rule_name"),
                          row.getString("board"),
                          row.getString("metric"));
              return "<h1>" + MailText.escaped(title) + "</h1>" + FORM;
            });
  }

  private static void send(RoutingContext context, String content) {
    var response = context.response();
    if (response.ended() || response.closed()) return;
    response
        .putHeader(SecurityHeaders.CONTENT_SECURITY_POLICY, POLICY)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
        .end(PAGE + content + "</main></body></html>");
  }
}
