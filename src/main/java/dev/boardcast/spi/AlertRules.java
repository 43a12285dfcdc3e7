package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;

/** The alert rules that boards declare, beside those that are created over HTTP. Thread safe. */
public interface AlertRules {
  /** Neither checks nor installs rules. */
  AlertRules NONE =
      new AlertRules() {
        @Override
        public void check(Board board, RawJson rule) {}

        @Override
        public Future<Runnable> declare(SqlClient tx, Board board, List<RawJson> rules) {
          return Future.succeededFuture(() -> {});
        }
      };

  /**
   * Checks a rule.
   *
   * @param rule the body of {@code POST /api/v1/alerts/rules}, without {@code board}
   * @throws Problem 400 naming each wrong field
   */
  void check(Board board, RawJson rule);

  /**
   * Makes these the rules that the board declares: new ones are installed, changed ones replaced,
   * others removed, which ends their alerts. A rule keeps its alerts as long as it keeps its name,
   * metric and key. Called where the transactions of several nodes that declare the same wait for
   * each other.
   *
   * @param rules checked, with different names
   * @return what to do after the commit; fails with a {@link Problem} whose field is the name of a
   *     rule, if another rule has it or there are too many rules
   */
  Future<Runnable> declare(SqlClient transaction, Board board, List<RawJson> rules);
}
