package dev.boardcast.alerts;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.spi.Idempotency;
import dev.boardcast.spi.Idempotency.Written;
import dev.boardcast.spi.JsonBody;
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
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** The HTTP routes of channels: the role {@code admin} changes them, {@code viewer} reads them. */
final class ChannelRoutes implements Routes {
  private static final String PATH = "/api/v1/alerts/channels";
  private static final String ONE = PATH + "/:id";

  private final Pool pool;
  private final Idempotency idempotency;
  private final Set<String> secrets;
  private final Runnable written;
  private final ChannelStore channels = new ChannelStore();

  /**
   * @param secrets the names of those that there are
   * @param written called after the commit of a message
   */
  ChannelRoutes(Pool pool, Idempotency idempotency, Set<String> secrets, Runnable written) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.secrets = Set.copyOf(secrets);
    this.written = written;
  }

  /** A channel as a client sees it. */
  record Item(String id, @JsonUnwrapped Channel channel, String updatedBy, Instant updatedAt) {
    static Item of(ChannelStore.Stored stored) {
      return new Item(stored.id(), stored.channel(), stored.updatedBy(), stored.updatedAt());
    }
  }

  /** The answer to a test: the id of its message. */
  record Tested(UUID message) {}

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAlertChannels").handler(this::list);
    EarlyCheck.on(
            AuditedRoute.on(router.put(ONE), "alert_channel.replaced", "id"),
            AlertRuleRoutes::requireAdmin)
        .setName("putAlertChannel")
        .handler(this::put);
    AuditedRoute.on(router.delete(ONE), "alert_channel.deleted", "id")
        .setName("deleteAlertChannel")
        .handler(this::delete);
    AuditedRoute.on(router.post(ONE + "/test"), "alert_channel.tested", "id")
        .setName("testAlertChannel")
        .handler(this::test);
  }

  private void list(RoutingContext context) {
    RequestPrincipal.requireRole(context, Principal.VIEWER);
    QueryParameters.of(context);
    channels
        .list(pool)
        .map(found -> new Page<>(found.stream().map(Item::of).toList(), null))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void put(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String id = id(context);
    var channel = JsonBody.read(context, Channel.class).checked(secrets);
    idempotency.respond(
        context,
        caller,
        tx ->
            channels
                .put(tx, id, channel, caller.user())
                .map(
                    put -> {
                      var stored =
                          new ChannelStore.Stored(id, channel, caller.user(), Instant.now());
                      return new Written(StoredResponse.json(200, Item.of(stored)), () -> {});
                    }));
  }

  private void delete(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String id = id(context);
    idempotency.respond(
        context,
        caller,
        tx ->
            channels
                .delete(tx, id)
                .map(deleted -> new Written(StoredResponse.noContent(), () -> {})));
  }

  private void test(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, Principal.ADMIN);
    QueryParameters.of(context);
    String id = id(context);
    idempotency.respond(
        context,
        caller,
        tx ->
            channels
                .test(tx, id)
                .map(
                    message ->
                        new Written(StoredResponse.json(202, new Tested(message)), written)));
  }

  private static String id(RoutingContext context) {
    String id = context.pathParam("id");
    if (id.matches(FieldRules.ID)) return id;
    throw Problem.invalid("id", FieldRules.ID_TEXT);
  }
}
