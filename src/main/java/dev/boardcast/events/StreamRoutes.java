package dev.boardcast.events;

import dev.boardcast.engine.EphemeralPublisher;
import dev.boardcast.engine.EventStore;
import dev.boardcast.engine.StreamDecision;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.AuditedRoute;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.QueryParameters;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.spi.Routes;
import dev.boardcast.web.limits.ClientLimits;
import io.vertx.core.Future;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;

/** Publishes to application streams; {@link StreamReadRoutes} reads them. */
public final class StreamRoutes implements Routes {
  static final String PATH = "/api/v1/streams/:name/events";

  private final Ingest ingest;
  private final StreamEventWriter writer;
  private final StreamAccess access;
  private final ClientLimits limits;
  private final EphemeralPublisher ephemeral;
  private final Set<String> ownTypes;

  /**
   * @param events stores what is to be stored
   * @param limits the bounds of clients
   * @param ephemeral publishes what is not stored
   * @param ownTypes types of messages and events of the product, which applications must not use
   */
  public StreamRoutes(
      Ingest ingest,
      EventStore events,
      StreamAccess access,
      ClientLimits limits,
      EphemeralPublisher ephemeral,
      Set<String> ownTypes) {
    this.ephemeral = ephemeral;
    this.limits = limits;
    this.ownTypes = Set.copyOf(ownTypes);
    this.ingest = ingest;
    this.writer = new StreamEventWriter(events);
    this.access = access;
  }

  @Override
  public void mount(Router router) {
    Route publish = AuditedRoute.on(router.post(PATH), AuditLog.EVENTS_PUBLISHED, "name");
    EarlyCheck.on(
            publish, context -> access.requireMaybePublish(context, context.pathParam("name")))
        .setName("publishEvents")
        .handler(this::publish);
  }

  private void publish(RoutingContext context) {
    QueryParameters.of(context);
    Future<StreamDecision> allowed = access.publishable(context, context.pathParam("name"));
    if (allowed.succeeded()) {
      publish(context, allowed.result());
      return;
    }
    // A body that is streamed waits until the caller's teams are known.
    boolean isStreamed = !context.request().isEnded();
    if (isStreamed) context.request().pause();
    allowed
        .onSuccess(
            rule -> {
              try {
                publish(context, rule);
              } catch (RuntimeException refused) {
                context.fail(refused);
              }
            })
        .onFailure(context::fail)
        .onComplete(
            known -> {
              if (isStreamed) context.request().resume();
            });
  }

  private void publish(RoutingContext context, StreamDecision rule) {
    String client = limits.client(context.request(), RequestPrincipal.of(context));
    FactSink<StreamEvent> stored =
        writer.sink(rule.stream(), RequestPrincipal.of(context).map(Principal::user));
    var sink = new EphemeralSink(stored, ephemeral, rule.stream(), client);
    ingest.handle(
        context, StreamEvent.class, sink.rejecting(event -> refusal(rule, client, event)));
  }

  private Optional<Problem> refusal(StreamDecision rule, String client, StreamEvent event) {
    if (ownTypes.contains(event.type())) {
      return Optional.of(Problem.invalid("type", StreamEvent.TYPE));
    }
    boolean isStored = event.isStored();
    if (isStored ? !rule.rule().isDurable() : !rule.rule().isEphemeral()) {
      return Optional.of(Problem.invalid("durable", !isStored + " in this stream"));
    }
    int most = rule.rule().maxBytes();
    if (!isStored) most = Math.min(most, EphemeralPublisher.MAX_BYTES);
    if (event.isLargerThan(most)) {
      return Optional.of(Problem.invalid("data", "a JSON object of at most " + most + " bytes"));
    }
    return limits
        .rates()
        .streams()
        .take(client, rule.stream(), rule.rule().messagesPerSecond())
        .map(limit -> limit.problem("too many messages to this stream"));
  }
}
