package dev.boardcast.boards.analysis;

import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.StoredResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The HTTP routes by which people correct the labels of messages. Those who write may read. */
final class LabelRoutes implements Routes {
  private static final String MESSAGE = "/api/v1/messages/:id";
  private static final String ID_TEXT = "the id of a message, a whole number";
  private static final int MAX_EVENT_ID = 200;

  private final SingleChange changes;
  private final LabelStore labels;

  LabelRoutes(SingleChange changes) {
    this.changes = changes;
    labels = new LabelStore(changes.clock());
  }

  @Override
  public void mount(Router router) {
    router.get("/api/v1/messages").setName("findMessage").handler(this::find);
    router.get(MESSAGE).setName("getMessage").handler(this::get);
    Route correct =
        AuditedRoute.on(router.put(MESSAGE + "/label"), "message.label_corrected", "id");
    EarlyCheck.on(correct, changes::requireWriter).setName("correctLabel").handler(this::correct);
    Route withdraw =
        AuditedRoute.on(router.delete(MESSAGE + "/label"), "message.label_withdrawn", "id");
    EarlyCheck.on(withdraw, changes::requireWriter)
        .setName("withdrawLabel")
        .handler(this::withdraw);
  }

  private void correct(RoutingContext context) {
    var person = changes.requireWriter(context);
    QueryParameters.of(context);
    String label = JsonBody.read(context, LabelCorrection.class).trueLabel();
    long id = id(context);
    changes.write(
        context,
        person,
        tx ->
            labels
                .correct(tx, id, person, label)
                .map(message -> StoredResponse.json(200, message)));
  }

  private void withdraw(RoutingContext context) {
    var person = changes.requireWriter(context);
    QueryParameters.of(context);
    long id = id(context);
    changes.write(
        context,
        person,
        tx -> labels.withdraw(tx, id).map(message -> StoredResponse.json(200, message)));
  }

  private void get(RoutingContext context) {
    changes.requireWriter(context);
    QueryParameters.of(context);
    labels
        .find(changes.pool(), id(context))
        .onSuccess(message -> JsonResponse.json(context, 200, message))
        .onFailure(context::fail);
  }

  private void find(RoutingContext context) {
    changes.requireWriter(context);
    String eventId =
        QueryParameters.of(context, "event_id")
            .text("event_id")
            .filter(text -> !text.isBlank() && text.length() <= MAX_EVENT_ID && text.indexOf(0) < 0)
            .orElseThrow(() -> Problem.invalid("event_id", FieldRules.EVENT_ID_TEXT));
    labels
        .withEventId(changes.pool(), eventId)
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private static long id(RoutingContext context) {
    String id = context.pathParam("id");
    if (!id.matches("[0-9]{1,18}")) throw Problem.invalid("id", ID_TEXT);
    return Long.parseLong(id);
  }
}
