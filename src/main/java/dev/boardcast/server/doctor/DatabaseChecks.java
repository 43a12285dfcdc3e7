package dev.boardcast.server.doctor;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.DatabaseReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Checks PostgreSQL: reached, writable, version, rights, migrations, clock, free connections. */
final class DatabaseChecks {
  private static final Duration SKEW = Duration.ofSeconds(1);

  private DatabaseChecks() {}

  static List<Finding> check(DatabaseConfig config, List<String> boardMigrations) {
    DatabaseReport report;
    try {
      report = DatabaseReport.read(config, boardMigrations);
    } catch (IllegalStateException | SQLException unusable) {
      return List.of(Finding.problem(unusable.getMessage()));
    }
    var findings = new ArrayList<Finding>();
    findings.add(
        Finding.ok("pg %s answers, PostgreSQL %s".formatted(report.server(), report.version())));
    if (report.isReadOnly()) {
      findings.add(
          Finding.problem(
              "pg %s takes no writes: promote it, or name the server that takes them"
                  .formatted(report.server())));
    }
    findings.add(
        report.mayCreate()
            ? Finding.ok(
                "user %s may create tables in %s".formatted(report.user(), report.schema()))
            : Finding.problem(
                "user %1$s may not create tables: run GRANT CREATE ON DATABASE … TO %1$s, or CREATE SCHEMA %2$s AUTHORIZATION %1$s"
                    .formatted(report.user(), report.schema())));
    findings.add(
        report.pending().isEmpty()
            ? Finding.ok("schema %s has every migration".formatted(report.schema()))
            : Finding.warning(
                "schema %s lacks %d migrations, of which the first is %s: a start applies them, or boardcast migrate --apply"
                    .formatted(report.schema(), report.pending().size(), report.pending().get(0))));
    findings.add(
        report.skew().abs().compareTo(SKEW) > 0
            ? Finding.problem(
                "the clock of PostgreSQL differs from this machine's by %s: synchronize both, by NTP"
                    .formatted(report.skew()))
            : Finding.ok("the clock of PostgreSQL agrees"));
    int needed = config.poolSize() + 2;
    String connections =
        "PostgreSQL has %d free connections for this user, a node uses up to %d"
            .formatted(report.freeConnections(), needed);
    findings.add(
        report.freeConnections() < needed
            ? Finding.warning(
                connections
                    + ": raise max_connections, or lower pg-pool-size, unless nodes run already")
            : Finding.ok(connections));
    return findings;
  }
}
