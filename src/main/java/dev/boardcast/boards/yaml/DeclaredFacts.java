package dev.boardcast.boards.yaml;

import dev.boardcast.spi.AuditEntry;
import dev.boardcast.spi.BoardContext;
import dev.boardcast.spi.FactSink;
import dev.boardcast.spi.FactTable;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Stores the facts that clients send for a declared board, by the declaration in force. */
final class DeclaredFacts implements FactSink<FactFields> {
  private record Version(Declaration file, FactSink<FactFields> sink) {}

  private final BoardContext context;
  private final Supplier<Declaration> files;
  private volatile Version current;

  DeclaredFacts(BoardContext context, Supplier<Declaration> files) {
    this.context = context;
    this.files = files;
  }

  @Override
  public Future<List<Outcome>> store(List<FactFields> facts) {
    return sink().store(facts);
  }

  @Override
  public Future<List<Outcome>> store(List<FactFields> facts, AuditEntry entry) {
    return sink().store(facts, entry);
  }

  private FactSink<FactFields> sink() {
    Declaration file = files.get();
    Version known = current;
    if (known == null || known.file() != file) {
      known = new Version(file, sink(file));
      current = known;
    }
    return known.sink();
  }

  private FactSink<FactFields> sink(Declaration file) {
    var table =
        FactTable.<FactFields>of(
            Declaration.factTable(file.name()), fact -> fact.text(FactFields.EVENT_ID));
    for (var each : file.columns().entrySet()) {
      String name = each.getKey();
      String column = FileRollup.quoted(name);
      table =
          switch (each.getValue().type()) {
            case TEXT -> table.text(column, fact -> fact.text(name));
            case INTEGER -> table.integer(column, fact -> fact.integer(name));
            case DECIMAL -> table.decimal(column, fact -> fact.decimal(name));
            case BOOLEAN -> table.flag(column, fact -> fact.flag(name));
            case TIME ->
                name.equals(file.time())
                    ? table.time(column, fact -> fact.time(name))
                    : table.optionalTime(column, fact -> fact.time(name));
          };
    }
    return table
        .sink(context, file.name())
        .rejecting(new FactCheck(file, context.clock())::problem);
  }
}
