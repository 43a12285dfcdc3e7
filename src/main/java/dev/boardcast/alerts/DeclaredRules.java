package dev.boardcast.alerts;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.JsonBody;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs the rules that boards declare, by the same checks as those of requests. */
final class DeclaredRules implements AlertRules {
  private static final Logger LOG = LoggerFactory.getLogger(DeclaredRules.class);
  private static final String BY = "board";

  private final AlertRuleStore rules = new AlertRuleStore();
  private final OpenAlerts open;

  /** The names of rules by board, as this node has read its files. */
  private final Map<String, Set<String>> inForce = new ConcurrentHashMap<>();

  DeclaredRules(TransitionWriter transitions) {
    open = new OpenAlerts(transitions);
  }

  /** As {@link #check}; returns the rule. */
  static AlertRule read(Board board, RawJson rule) {
    ObjectNode body =
        (ObjectNode) Sql.json(rule.text(), com.fasterxml.jackson.databind.JsonNode.class);
    body.put("board", board.name());
    return JsonBody.decode(RawJson.of(Json.encode(body)).bytes(), AlertRule.class)
        .checked(name -> name.equals(board.name()) ? Optional.of(board) : Optional.empty());
  }

  @Override
  public void check(Board board, RawJson rule) {
    read(board, rule);
  }

  @Override
  public Future<Runnable> declare(SqlClient tx, Board board, List<RawJson> declared) {
    Map<String, AlertRule> wanted = new LinkedHashMap<>();
    for (RawJson each : declared) {
      AlertRule rule = read(board, each);
      wanted.put(rule.name(), rule);
    }
    return rules
        .declaredBy(tx, board.name())
        .compose(
            stored ->
                former(tx, board, wanted.keySet())
                    .compose(former -> apply(tx, board, stored, former, wanted)))
        .map(
            after ->
                () -> {
                  after.run();
                  inForce.put(board.name(), Set.copyOf(wanted.keySet()));
                });
  }

  /**
   * Names are unique in the cluster. A name is free that another board's file declared and, as far
   * as this node has read its files, no longer does: the board was renamed, or its rule moved.
   *
   * @return the rules that give their names to this board
   */
  private Future<List<StoredRule>> former(SqlClient tx, Board board, Set<String> names) {
    if (names.isEmpty()) return Future.succeededFuture(List.of());
    return rules
        .named(tx, board.name(), List.copyOf(names))
        .map(
            found -> {
              for (StoredRule each : found) {
                String name = each.rule().name();
                Set<String> declared = inForce.getOrDefault(each.rule().board(), Set.of());
                if (each.source().equals(StoredRule.API) || declared.contains(name)) {
                  throw Problem.invalid(name, "a name that no other rule has");
                }
              }
              return found;
            });
  }

  private Future<Runnable> apply(
      SqlClient tx,
      Board board,
      List<StoredRule> stored,
      List<StoredRule> former,
      Map<String, AlertRule> wanted) {
    Map<String, AlertRule> added = new LinkedHashMap<>(wanted);
    List<StoredRule> removed = new ArrayList<>(former);
    Map<StoredRule, AlertRule> replaced = new LinkedHashMap<>();
    for (StoredRule before : stored) {
      AlertRule rule = added.remove(before.rule().name());
      if (rule == null) removed.add(before);
      else if (!rule.equals(before.rule())) replaced.put(before, rule);
    }
    if (added.isEmpty() && removed.isEmpty() && replaced.isEmpty()) {
      return Future.succeededFuture(() -> {});
    }
    List<Runnable> after = new ArrayList<>();
    Future<?> step = Future.succeededFuture();
    for (StoredRule each : removed) step = step.compose(done -> remove(tx, each, after));
    for (var each : replaced.entrySet()) {
      step = step.compose(done -> replace(tx, each.getKey(), each.getValue(), after));
    }
    for (AlertRule each : added.values()) step = step.compose(done -> add(tx, each));
    after.add(
        () ->
            LOG.info(
                "alert rules of the board {}: {} added, {} changed, {} removed",
                board.name(),
                added.size(),
                replaced.size(),
                removed.size()));
    return step.compose(done -> warnOfMissing(tx, board, wanted, after))
        .map(done -> () -> after.forEach(Runnable::run));
  }

  private Future<?> remove(SqlClient tx, StoredRule rule, List<Runnable> after) {
    return open.end(tx, rule.id(), rule.rule().channels())
        .onSuccess(after::add)
        .compose(ended -> rules.delete(tx, rule.id()));
  }

  private Future<?> replace(SqlClient tx, StoredRule before, AlertRule rule, List<Runnable> after) {
    return open.endIfOther(tx, before, rule)
        .onSuccess(after::add)
        .compose(ended -> rules.replace(tx, before.id(), rule));
  }

  /** A name that is taken meanwhile is no {@link Problem} of the file: it is tried again. */
  private Future<?> add(SqlClient tx, AlertRule rule) {
    return rules
        .create(tx, StoredRule.BOARD, rule, BY)
        .recover(
            cause ->
                cause instanceof Problem problem && problem.errors().isEmpty()
                    ? Future.failedFuture(
                        Problem.invalid(rule.name(), "no such rule: " + problem.getMessage()))
                    : Future.failedFuture(new IllegalStateException(cause.getMessage(), cause)));
  }

  /** Channels are made over HTTP, on a new cluster after its nodes have read their files. */
  private Future<?> warnOfMissing(
      SqlClient tx, Board board, Map<String, AlertRule> wanted, List<Runnable> after) {
    Set<String> channels = new LinkedHashSet<>();
    wanted.values().forEach(rule -> channels.addAll(rule.channels()));
    return rules
        .missingChannels(tx, channels)
        .onSuccess(
            missing -> {
              if (missing.isEmpty()) return;
              after.add(
                  () ->
                      LOG.warn(
                          "alert rules of the board {} name channels that do not exist: {};"
                              + " nobody is told there until they do",
                          board.name(),
                          String.join(", ", missing)));
            });
  }
}
