package dev.boardcast.boards.yaml;

import dev.boardcast.boards.yaml.Declaration.SourceTable;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.EarlyCheck;
import dev.boardcast.spi.FactRelation;
import dev.boardcast.spi.Routes;
import dev.boardcast.spi.Visibility;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The module of one board file of version 2. */
final class DeclaredModule implements BoardModule {
  private final Declaration file;
  private final byte[] text;
  private final DeclaredBoard board;
  private FileWatch watch;

  /**
   * @param text of the file
   */
  DeclaredModule(Declaration file, byte[] text) {
    this.file = file;
    this.text = text;
    board = new DeclaredBoard(file, file.ownFacts());
  }

  @Override
  public Optional<Board> board(BoardContext context) {
    return Optional.of(board);
  }

  @Override
  public List<Routes> routes(BoardContext context) {
    // The rows of a source are written by its application.
    if (file.source().isPresent()) return List.of();
    var ingest = context.ingest();
    var handler = ingest.handler(FactFields.class, new DeclaredFacts(context, board::file));
    return List.of(
        router ->
            EarlyCheck.on(
                    router.post("/api/v1/boards/" + file.name() + "/facts"), ingest::authorize)
                .setName("addBoardFacts")
                .handler(handler));
  }

  @Override
  public Optional<Visibility> visibility() {
    return file.visibility();
  }

  @Override
  public void validate(Set<String> names) {
    if (names.contains(file.name())) {
      throw InvalidBoardFileException.value(
          file.position(), "name", file.name(), "a name that no other board, topic or stream has");
    }
  }

  @Override
  public Future<?> prepare(BoardContext context, boolean computesMetrics) {
    return prove(context, file, computesMetrics)
        .onSuccess(facts -> board.replace(file, facts))
        .onSuccess(
            facts ->
                watch =
                    new FileWatch(
                        context.vertx(),
                        file.position().file(),
                        text,
                        content -> replace(context, content, computesMetrics)));
  }

  @Override
  public Future<?> close() {
    if (watch != null) watch.close();
    return Future.succeededFuture();
  }

  private Future<?> replace(BoardContext context, byte[] content, boolean computesMetrics) {
    var keys = YamlFile.parse(file.position().file(), content);
    if (!DeclarationReader.reads(keys)) {
      throw new InvalidBoardFileException(
          keys.position(), "version has changed; the node must be restarted");
    }
    Declaration next = DeclarationReader.read(keys, content);
    requireSame("name", next, file.name(), next.name());
    requireSame(
        "source", next, file.source().map(SourceTable::key), next.source().map(SourceTable::key));
    requireSame("visibility", next, file.visibility(), next.visibility());
    // Sessions see parts by the parameters with which they have subscribed.
    requireSame("parameters", next, parameters(file), parameters(next));
    return prove(context, next, computesMetrics)
        .compose(facts -> awaited(context, next, facts, computesMetrics))
        .onSuccess(facts -> board.replace(next, facts));
  }

  /** A node that computes no boards waits for one that has made the tables. */
  private static Future<FactRelation> awaited(
      BoardContext context, Declaration next, FactRelation facts, boolean computesMetrics) {
    if (computesMetrics) return Future.succeededFuture(facts);
    return new ActiveDeclaration(next, facts, new DeclaredRollups(next, facts))
        .isActive(context.pool())
        .compose(
            isActive ->
                isActive
                    ? Future.succeededFuture(facts)
                    : Future.failedFuture("no node computes it yet"));
  }

  /** The parameters without where they stand in the file. */
  private static List<DeclaredParameter> parameters(Declaration file) {
    return file.parameters().stream().map(DeclaredParameter::withoutPosition).toList();
  }

  private static void requireSame(String what, Declaration next, Object was, Object is) {
    if (was.equals(is)) return;
    throw new InvalidBoardFileException(
        next.position(), what + " has changed; the node must be restarted");
  }

  /** Checks a declaration and, on a node that computes boards, makes it the active one. */
  private Future<FactRelation> prove(
      BoardContext context, Declaration declared, boolean computesMetrics) {
    return Future.succeededFuture()
        .compose(
            checked -> {
              DeclaredAlert.checkAll(declared, context.alertRules()::check);
              return FactRelations.of(context.pool(), declared);
            })
        .compose(facts -> new DeclarationCheck(declared, facts).run(context.pool()).map(facts))
        .compose(
            facts ->
                computesMetrics
                    ? new ActiveDeclaration(declared, facts, new DeclaredRollups(declared, facts))
                        .activate(context.pool(), context.clock().instant(), context.alertRules())
                        .map(facts)
                        .onSuccess(active -> index(context, active))
                    : Future.succeededFuture(facts));
  }

  /** In the background: a large table takes minutes. */
  private static void index(BoardContext context, FactRelation facts) {
    if (facts.isSigned()) new FactTimeIndex(context.pool(), facts).make();
  }
}
