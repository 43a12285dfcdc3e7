package dev.boardcast.metrics.annotations;

import dev.boardcast.database.RowExpiryVerticle;
import dev.boardcast.spi.AuditLog;
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
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The HTTP routes of annotations. Who may see a board as a whole reads its annotations, and who
 * sees any board those about all; the role {@code annotate} adds them, those about all only who
 * sees all boards, and deletes its own.
 */
public final class AnnotationRoutes implements Routes {
  /** The role that adds annotations. */
  public static final String ROLE = "annotate";

  private static final String PATH = "/api/v1/annotations";
  private static final int MAX_LIMIT = 200;
  private static final int DEFAULT_LIMIT = 50;
  private static final Instant FIRST = Instant.parse("1900-01-01T00:00:00Z");
  private static final Instant LAST = Instant.parse("2200-01-01T00:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration RETENTION = Duration.ofDays(800);
  private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

  private final Pool pool;
  private final Idempotency idempotency;
  private final Function<Optional<Principal>, Set<String>> visible;
  private final Function<Optional<Principal>, Set<String>> hidden;
  private final Clock clock;
  private final AnnotationStore annotations = new AnnotationStore();

  /**
   * @param visible the names of the boards that a caller may see as a whole
   * @param hidden the names of all others that there are
   */
  public AnnotationRoutes(
      Pool pool,
      Idempotency idempotency,
      Function<Optional<Principal>, Set<String>> visible,
      Function<Optional<Principal>, Set<String>> hidden,
      Clock clock) {
    this.pool = pool;
    this.idempotency = idempotency;
    this.visible = visible;
    this.hidden = hidden;
    this.clock = clock;
  }

  /** Rows that are too old. */
  public static RowExpiryVerticle.Expiry expiry() {
    return new RowExpiryVerticle.Expiry("annotation", "created_at", RETENTION);
  }

  @Override
  public void mount(Router router) {
    router.get(PATH).setName("listAnnotations").handler(this::list);
    EarlyCheck.on(
            AuditedRoute.on(router.post(PATH), "annotation.created"), AnnotationRoutes::requireRole)
        .setName("createAnnotation")
        .handler(this::create);
    AuditedRoute.on(router.delete(PATH + "/:id"), "annotation.deleted", "id")
        .setName("deleteAnnotation")
        .handler(this::delete);
  }

  private static void requireRole(RoutingContext context) {
    RequestPrincipal.requireRole(context, ROLE);
  }

  private void list(RoutingContext context) {
    var query = QueryParameters.of(context, "board", "from", "to", "tag", "cursor", "limit");
    Instant to =
        query.text("to").map(text -> time("to", text)).orElse(Page.Cursor.NEWEST_FIRST.at());
    Instant from =
        query
            .text("from")
            .map(text -> time("from", text))
            .orElseGet(() -> clock.instant().minus(DAY));
    if (!from.isBefore(to)) throw Problem.invalid("to", "a time after from");
    var board = query.text("board").map(AnnotationRoutes::board);
    var tag = query.text("tag").map(AnnotationRoutes::tag);
    var request = Page.Request.of(query, MAX_LIMIT, DEFAULT_LIMIT, Page.Cursor.NEWEST_FIRST, ID);
    Set<String> boards = visible.apply(RequestPrincipal.of(context));
    if (boards.isEmpty() || board.filter(name -> !boards.contains(name)).isPresent()) {
      JsonResponse.json(context, 200, new Page<>(List.of(), null));
      return;
    }
    annotations
        .list(pool, new AnnotationStore.Query(boards, from, to, board, tag), request)
        .map(
            page ->
                new Page<>(
                    page.items().stream().map(each -> each.naming(boards)).toList(), page.next()))
        .onSuccess(page -> JsonResponse.json(context, 200, page))
        .onFailure(context::fail);
  }

  private void create(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, ROLE);
    QueryParameters.of(context);
    var annotation =
        JsonBody.read(context, NewAnnotation.class)
            .checked(
                visible.apply(Optional.of(caller)),
                hidden.apply(Optional.of(caller)).isEmpty(),
                clock.instant(),
                caller.user());
    AuditLog.of(context).target(annotation.id().toString());
    idempotency.respond(
        context,
        caller,
        tx ->
            annotations
                .add(tx, annotation)
                .map(
                    added ->
                        new Written(
                            StoredResponse.json(201, added).withLocation(PATH + "/" + added.id()),
                            () -> {})));
  }

  private void delete(RoutingContext context) {
    var caller = RequestPrincipal.requireRole(context, ROLE);
    QueryParameters.of(context);
    String text = context.pathParam("id");
    if (!text.matches(ID)) throw missing();
    UUID id = UUID.fromString(text);
    Set<String> boards = visible.apply(Optional.of(caller));
    idempotency.respond(
        context,
        caller,
        tx ->
            annotations
                .lock(tx, id)
                .map(found -> requireOwn(found, caller, boards))
                .compose(found -> annotations.delete(tx, id))
                .map(deleted -> new Written(StoredResponse.noContent(), () -> {})));
  }

  private static Annotation requireOwn(
      Optional<Annotation> found, Principal caller, Set<String> boards) {
    var annotation =
        found
            .filter(
                each ->
                    each.boards().isEmpty()
                        ? !boards.isEmpty()
                        : each.boards().stream().anyMatch(boards::contains))
            .orElseThrow(AnnotationRoutes::missing);
    if (annotation.createdBy().equals(caller.user()) || caller.hasRole(Principal.ADMIN)) {
      return annotation;
    }
    throw Problem.forbidden("this annotation is of another user; an admin deletes it");
  }

  private static Instant time(String name, String text) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      if (!time.isBefore(FIRST) && time.isBefore(LAST)) return time;
    } catch (DateTimeException notATime) {
      // Reported below.
    }
    throw Problem.invalid(
        name, "an ISO 8601 time with offset such as 2026-01-31T12:00:00Z, from 1900 to 2199");
  }

  private static String board(String text) {
    if (text.matches(FieldRules.ID)) return text;
    throw Problem.invalid("board", "the name of a board");
  }

  private static String tag(String text) {
    if (text.matches(NewAnnotation.TAG)) return text;
    throw Problem.invalid("tag", "a tag of 1 to 50 letters, digits and . _ : -");
  }

  private static Problem missing() {
    return Problem.notFound("this annotation");
  }
}
