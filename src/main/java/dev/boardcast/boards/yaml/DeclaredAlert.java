package dev.boardcast.boards.yaml;

import dev.boardcast.spi.AlertRules;
import dev.boardcast.spi.Board;
import dev.boardcast.spi.Problem;
import dev.boardcast.spi.RawJson;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * An alert rule of a board file of version 2.
 *
 * @param declared as the file has it
 * @param rule the same as the body of a request that creates it
 */
record DeclaredAlert(String name, YamlValue.Keyed declared, RawJson rule) {
  /**
   * Checks all rules of a declaration.
   *
   * @param check as {@link AlertRules#check}
   * @throws InvalidBoardFileException for the first field that is not valid
   */
  static void checkAll(Declaration file, BiConsumer<Board, RawJson> check) {
    if (file.alerts().isEmpty()) return;
    var board = new DeclaredBoard(file, file.ownFacts());
    for (DeclaredAlert each : file.alerts()) {
      try {
        check.accept(board, each.rule());
      } catch (Problem invalid) {
        throw each.at(invalid.errors().get(0));
      }
    }
  }

  /**
   * Makes the rules of a declaration those of its board; returns what to do after the commit. Fails
   * with {@link InvalidBoardFileException} where {@link AlertRules#declare} names a rule.
   */
  static Future<Runnable> declareAll(SqlClient tx, Declaration file, AlertRules rules) {
    return rules
        .declare(
            tx,
            new DeclaredBoard(file, file.ownFacts()),
            file.alerts().stream().map(DeclaredAlert::rule).toList())
        .recover(cause -> Future.failedFuture(located(file.alerts(), cause)));
  }

  private static Throwable located(List<DeclaredAlert> alerts, Throwable cause) {
    if (!(cause instanceof Problem problem) || problem.errors().isEmpty()) return cause;
    var error = problem.errors().get(0);
    return alerts.stream()
        .filter(each -> each.name().equals(error.field()))
        .findFirst()
        .<Throwable>map(each -> each.at(new Problem.FieldError("name", error.expected())))
        .orElse(cause);
  }

  private InvalidBoardFileException at(Problem.FieldError error) {
    String field = error.field().split("[.\\[]", 2)[0];
    if (!declared.has(field)) {
      return new InvalidBoardFileException(
          declared.position(),
          "%s of the alert \"%s\" is missing, expected %s"
              .formatted(field, name, error.expected()));
    }
    YamlValue was = declared.entries().get(field);
    String shown = was instanceof YamlValue.Text text ? text.text() : was.kind();
    return InvalidBoardFileException.value(was.position(), field, shown, error.expected());
  }
}
