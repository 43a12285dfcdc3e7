package dev.boardcast.http.ingest;

import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.AuditLog;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactSink.Outcome;
import dev.boardcast.spi.Ingest;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.JsonResponse;
import dev.boardcast.spi.Principal;
import dev.boardcast.spi.RequestPath;
import dev.boardcast.spi.RequestPrincipal;
import dev.boardcast.web.limits.ClientLimits;
import dev.boardcast.web.limits.ItemRate;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;

/** Reads facts within the bounds of {@link HttpConfig}. One per node. Thread safe. */
public final class IngestService implements Ingest {
  private final HttpConfig config;
  private final boolean requiresRole;
  private final ClientLimits limits;
  private final ItemRate rate;
  private final String items;
  private final ReceivedFacts received;

  /** A fact and its line, or its position in the array, from 1. */
  record Numbered<T>(long line, T fact) {}

  /** With the default bounds of clients. */
  public IngestService(HttpConfig config, boolean requiresRole) {
    this(config, requiresRole, ClientLimits.defaults());
  }

  /**
   * @param requiresRole whether callers need the role {@link Principal#INGEST}
   */
  public IngestService(HttpConfig config, boolean requiresRole, ClientLimits limits) {
    this(config, requiresRole, limits, limits.rates().facts(), "facts");
  }

  private IngestService(
      HttpConfig config, boolean requiresRole, ClientLimits limits, ItemRate rate, String items) {
    this.config = config;
    this.requiresRole = requiresRole;
    this.limits = limits;
    this.rate = rate;
    this.items = items;
    received = new ReceivedFacts(limits.registry());
  }

  /** The same for events that are published, which have a rate of their own. */
  public IngestService ofEvents() {
    return new IngestService(config, requiresRole, limits, limits.rates().publishes(), "events");
  }

  @Override
  public Principal authorize(RoutingContext context) {
    if (!requiresRole) return RequestPrincipal.of(context).orElse(Principal.ANONYMOUS);
    AuditLog.of(context).declare(AuditLog.FACTS_ADDED, RequestPath.relative(context));
    return RequestPrincipal.requireRole(context, Principal.INGEST);
  }

  @Override
  public <T> void handle(RoutingContext context, Class<T> type, FactSink<T> store) {
    FactSink<T> sink = audited(context, store);
    Optional<Principal> principal = RequestPrincipal.of(context);
    String client = limits.client(context.request(), principal);
    rate.before(client)
        .ifPresent(
            limit -> {
              throw limit.refuse(context.response(), "too many " + items);
            });
    if (!Ingest.isBatch(context)) {
      rate.read(client, 1, JsonBody.length(context));
      single(context, JsonBody.read(context, type), sink);
      return;
    }
    var stored =
        Ingest.isNdjson(context)
            ? new NdjsonIngest<>(config, type, sink, UploadMemory.begin(context, limits))
                .consume(context, (lines, bytes) -> rate.read(client, lines, bytes))
            : storeArray(context, type, sink);
    stored
        .onSuccess(
            summary -> {
              received.count(context, summary);
              JsonResponse.json(context, 200, summary);
            })
        .onFailure(context::fail);
  }

  /** Records the request with the first facts that it stores, if it is an act. */
  private static <T> FactSink<T> audited(RoutingContext context, FactSink<T> sink) {
    AuditLog audit = AuditLog.of(context);
    return facts ->
        audit.entry().map(entry -> sink.store(facts, entry)).orElseGet(() -> sink.store(facts));
  }

  private <T> void single(RoutingContext context, T fact, FactSink<T> sink) {
    sink.store(List.of(fact))
        .onSuccess(
            outcomes -> {
              Outcome outcome = outcomes.get(0);
              if (outcome.problem() != null) {
                context.fail(outcome.problem());
                return;
              }
              var result = new BatchResult(0);
              result.add(1, outcome);
              received.count(context, result.summary());
              JsonResponse.json(context, outcome.isNew() ? 201 : 200, result.summary());
            })
        .onFailure(context::fail);
  }

  @Override
  public <T> Future<Summary> storeArray(RoutingContext context, Class<T> type, FactSink<T> sink) {
    var result = new BatchResult(config.maxRejections());
    String client = limits.client(context.request(), RequestPrincipal.of(context));
    return new ArrayReader<>(context, config, type, result)
        .read()
        .onSuccess(facts -> rate.read(client, facts.size(), JsonBody.length(context)))
        .compose(facts -> storeFrom(0, facts, sink, result))
        .map(done -> result.summary());
  }

  private <T> Future<Void> storeFrom(
      int from, List<Numbered<T>> facts, FactSink<T> sink, BatchResult result) {
    if (from >= facts.size()) return Future.succeededFuture();
    int to = Math.min(from + config.batch(), facts.size());
    return store(facts.subList(from, to), sink, result)
        .compose(done -> storeFrom(to, facts, sink, result));
  }

  /** Stores one batch and counts its outcomes. Fails also when the sink throws. */
  static <T> Future<Void> store(List<Numbered<T>> batch, FactSink<T> sink, BatchResult result) {
    return Future.succeededFuture(batch.stream().map(Numbered::fact).toList())
        .compose(sink::store)
        .map(
            outcomes -> {
              for (int i = 0; i < batch.size(); i++) {
                result.add(batch.get(i).line(), outcomes.get(i));
              }
              return null;
            });
  }
}
