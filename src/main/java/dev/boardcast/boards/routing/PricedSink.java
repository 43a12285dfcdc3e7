package dev.boardcast.boards.routing;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Computes the costs of decisions that lack them, by the price of the model at their time, before
 * they are stored. A decision keeps the cost that it got: a price that is set later is for those
 * that are stored later. Rejects a decision whose cost nobody knows, so that no sum lacks anything
 * in silence.
 */
record PricedSink(BoardContext context, FactSink<Decision> valid) implements FactSink<Decision> {
  private static final String EXPECTED =
      Decision.COST + ", or tokens and a model with a price at that time";

  private record Model(String provider, String name) {}

  @Override
  public Future<List<Outcome>> store(List<Decision> facts) {
    return store(facts, valid::store);
  }

  @Override
  public Future<List<Outcome>> store(List<Decision> facts, AuditEntry entry) {
    return store(facts, some -> valid.store(some, entry));
  }

  private Future<List<Outcome>> store(
      List<Decision> facts, Function<List<Decision>, Future<List<Outcome>>> store) {
    List<Decision> open =
        facts.stream().filter(each -> each.cost() == null && each.model() != null).toList();
    if (facts.stream().allMatch(each -> each.cost() != null)) return store.apply(facts);
    var prices =
        open.isEmpty()
            ? Future.succeededFuture(List.<Price>of())
            : PriceStore.of(context.pool(), open);
    return prices.compose(known -> store(facts, byModel(known), store));
  }

  private Future<List<Outcome>> store(
      List<Decision> facts,
      Map<Model, NavigableMap<Instant, Price>> prices,
      Function<List<Decision>, Future<List<Outcome>>> store) {
    Instant now = context.clock().instant();
    List<Optional<Decision>> priced =
        facts.stream().map(each -> priced(each, prices, now)).toList();
    var kept = new ArrayList<Decision>();
    priced.forEach(each -> each.ifPresent(kept::add));
    Future<List<Outcome>> stored =
        kept.isEmpty() ? Future.succeededFuture(List.of()) : store.apply(kept);
    return stored.map(
        outcomes -> {
          Iterator<Outcome> next = outcomes.iterator();
          return priced.stream()
              .map(
                  each ->
                      each.isPresent()
                          ? next.next()
                          : Outcome.rejected(Problem.invalid("cost", EXPECTED)))
              .toList();
        });
  }

  private static Optional<Decision> priced(
      Decision decision, Map<Model, NavigableMap<Instant, Price>> prices, Instant now) {
    if (decision.cost() != null) return Optional.of(decision);
    var dated = prices.get(new Model(decision.provider(), decision.model()));
    if (dated == null || !decision.hasTokens()) return Optional.empty();
    var valid = dated.floorEntry(decision.decidedAt() == null ? now : decision.decidedAt());
    if (valid == null) return Optional.empty();
    BigDecimal cost = valid.getValue().of(decision);
    return Optional.of(decision.costing(cost));
  }

  private static Map<Model, NavigableMap<Instant, Price>> byModel(List<Price> prices) {
    Map<Model, NavigableMap<Instant, Price>> byModel = new HashMap<>();
    for (Price price : prices) {
      byModel
          .computeIfAbsent(new Model(price.provider(), price.model()), first -> new TreeMap<>())
          .put(price.validFrom(), price);
    }
    return byModel;
  }
}
