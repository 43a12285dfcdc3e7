package dev.boardcast.server;

import dev.boardcast.boards.yaml.BoardFileTool;
import dev.boardcast.boards.yaml.BoardSource;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.sources.ReadOnly;
import dev.boardcast.sources.SourceAdmin;
import dev.boardcast.sources.SourceConfig;
import dev.boardcast.sources.SourceException;
import dev.boardcast.sources.SourceName;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes tables of applications sources of boards, and takes it back. */
@Command(
    name = "source",
    description = "Makes tables of applications facts of boards, by triggers.",
    mixinStandardHelpOptions = true)
final class SourceCommand {
  private static final int FAILED = 1;

  private SourceCommand() {}

  /** The command with its subcommands. */
  static CommandSpec spec(SettingOptions options) {
    return CommandSpec.forAnnotatedObject(new SourceCommand())
        .addSubcommand(
            "install", options.addTo(CommandSpec.forAnnotatedObject(new Install(options))))
        .addSubcommand("remove", options.addTo(CommandSpec.forAnnotatedObject(new Remove(options))))
        .addSubcommand("list", options.addTo(CommandSpec.forAnnotatedObject(new ListAll(options))));
  }

  private interface Work {
    void run(SourceAdmin sources, DatabaseConfig database) throws SQLException;
  }

  /** Opens the database and runs a command on it. */
  private static int run(SettingOptions options, CommandSpec spec, Work work) {
    EffectiveSettings settings = options.warned(spec);
    Logging.configure(settings);
    try (var servers = DataServers.openPostgres(settings)) {
      EffectiveSettings found = servers.settings();
      var database = found.bind(DatabaseConfig.class);
      var out = spec.commandLine().getOut();
      work.run(new SourceAdmin(database, found.bind(SourceConfig.class), out), database);
      return 0;
    } catch (SourceException problem) {
      throw Arguments.invalid(problem.getMessage());
    } catch (EmbeddedServerException failure) {
      return fail(
          spec,
          "the servers of data-dir %s do not start: %s"
              .formatted(settings.get("data-dir", Path.class), failure.getMessage()));
    } catch (SQLException failure) {
      return fail(spec, "a database refused a statement: " + failure.getMessage());
    }
  }

  private static int fail(CommandSpec spec, String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + reason.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    err.flush();
    return FAILED;
  }

  private static SourceName name(String connection, String table) {
    try {
      return SourceName.parse(Optional.ofNullable(connection), table);
    } catch (SourceException invalid) {
      throw Arguments.invalidPositional("table", table, "table or schema.table without quotes");
    }
  }

  @Command(
      name = "install",
      description =
          "Shows and runs the SQL that makes a table a source: statement-level triggers that append"
              + " signed changes to a change table. Then counts its rows.",
      mixinStandardHelpOptions = true)
  private static final class Install implements Callable<Integer> {
    private final SettingOptions options;

    @Option(
        names = "--board",
        description =
            "A board file of version 2: its table, the columns that it uses, and how it is read, in"
                + " place of --table, --columns, --connection and --watermark.")
    private Path board;

    @Option(names = "--table", description = "The table, as schema.table.")
    private String table;

    @Option(
        names = "--columns",
        split = ",",
        description = "The columns that boards use, separated by commas.")
    private List<String> columns;

    @Option(
        names = "--connection",
        description = "A name of source-connections; by default Boardcast's own database.")
    private String connection;

    @Option(
        names = "--change-schema",
        defaultValue = "boardcast_source",
        description =
            "The schema of the change table in another database (default ${DEFAULT-VALUE}).")
    private String schema;

    @Option(names = "--print", description = "Only shows the SQL.")
    private boolean isShownOnly;

    @Option(
        names = "--watermark",
        description =
            "Without triggers, by SELECT alone: rows in the order of this column, a timestamptz that"
                + " grows with each insert and update. Deleted rows are found by the scheduled count.")
    private String watermark;

    @Option(
        names = "--key",
        description = "With --watermark: a unique column (default: the primary key).")
    private String key;

    @Option(
        names = "--lag",
        description =
            "With --watermark: how old it is before a row is read, longer than the longest"
                + " transaction (default 10s).")
    private String lag;

    @Option(
        names = "--every",
        description =
            "How often the table is read by SELECT alone: without --watermark all rows, at least"
                + " 5s (default with --watermark: 1s).")
    private String every;

    @Spec private CommandSpec spec;

    Install(SettingOptions options) {
      this.options = options;
    }

    @Override
    public Integer call() {
      if (board != null) return ofBoard();
      if (table == null) throw Arguments.invalid("table or board is missing: expected one of them");
      if (columns == null) throw Arguments.invalid("columns is missing, expected those of boards");
      if (watermark == null && every == null) {
        if (key != null) throw Arguments.invalid("--key belongs to --watermark");
        if (lag != null) throw Arguments.invalid("--lag belongs to --watermark");
        return run(
            options,
            spec,
            (sources, database) ->
                sources.install(name(connection, table), columns, schema, isShownOnly));
      }
      if (isShownOnly) throw Arguments.invalid("--print belongs to sources with triggers");
      return run(
          options,
          spec,
          (sources, database) ->
              sources.install(
                  name(connection, table),
                  columns,
                  readOnly(Optional.ofNullable(watermark), Optional.empty())));
    }

    /**
     * @param fixed how often it is read, where a board sets it
     */
    private ReadOnly readOnly(Optional<String> column, Optional<Duration> fixed) {
      return new ReadOnly(
          column,
          Optional.ofNullable(key),
          lag == null
              ? column.isEmpty() ? Duration.ZERO : ReadOnly.DEFAULT_LAG
              : Arguments.duration("lag", lag),
          fixed.orElseGet(
              () -> every == null ? ReadOnly.MIN_EVERY : Arguments.duration("every", every)));
    }

    private int ofBoard() {
      if (table != null || columns != null || connection != null) {
        throw Arguments.invalid("--board says table, columns and connection: expected it alone");
      }
      try {
        var source = BoardFileTool.source(board);
        requireFit(source);
        SourceName name = name(source.connection().orElse(null), source.table());
        return run(
            options,
            spec,
            (sources, database) -> {
              List<String> used = used(database, sources.columns(name, source.isOnlyRead()));
              spec.commandLine()
                  .getOut()
                  .printf("-- %s uses %s of %s%n", board, String.join(", ", used), name.key());
              if (source.isOnlyRead()) {
                sources.install(name, used, readOnly(source.watermark(), source.every()));
              } else {
                sources.install(name, used, schema, isShownOnly);
              }
            });
      } catch (InvalidBoardFileException invalid) {
        throw Arguments.invalid(invalid.getMessage());
      }
    }

    /** Triggers are for boards that expect them, and options for those that leave them open. */
    private void requireFit(BoardSource source) {
      if (!source.isOnlyRead()) {
        if (watermark == null && key == null && lag == null && every == null) return;
        throw Arguments.invalid(
            "--watermark, --key, --lag and --every are for a source that is only read, expected"
                + " watermark or every in source of "
                + board);
      }
      if (source.connection().isEmpty()) {
        throw Arguments.invalid(
            "connection is missing in source of "
                + board
                + ": a source that is only read has one, whose user may SELECT");
      }
      if (isShownOnly) throw Arguments.invalid("--print belongs to sources with triggers");
      if (watermark != null || (source.every().isPresent() && every != null)) {
        throw Arguments.invalid("--board says watermark or every: expected it alone");
      }
    }

    private List<String> used(DatabaseConfig database, Map<String, String> columns)
        throws SQLException {
      var vertx = Vertx.vertx();
      try {
        var pool = Pools.pool(vertx, database, "board", 1);
        return BoardFileTool.sourceColumns(pool, board, columns)
            .toCompletionStage()
            .toCompletableFuture()
            .join();
      } catch (CompletionException failure) {
        if (failure.getCause() instanceof InvalidBoardFileException invalid) throw invalid;
        throw new SQLException(failure.getCause().getMessage(), failure.getCause());
      } finally {
        vertx.close().toCompletionStage().toCompletableFuture().join();
      }
    }
  }

  @Command(
      name = "remove",
      description = "Shows and runs the SQL that takes a source away, with its facts.",
      mixinStandardHelpOptions = true)
  private static final class Remove implements Callable<Integer> {
    private final SettingOptions options;

    @Option(names = "--table", required = true, description = "The table, as schema.table.")
    private String table;

    @Option(
        names = "--connection",
        description = "A name of source-connections; by default Boardcast's own database.")
    private String connection;

    @Option(names = "--print", description = "Only shows the SQL.")
    private boolean isShownOnly;

    @Spec private CommandSpec spec;

    Remove(SettingOptions options) {
      this.options = options;
    }

    @Override
    public Integer call() {
      return run(
          options,
          spec,
          (sources, database) -> sources.remove(name(connection, table), isShownOnly));
    }
  }

  @Command(
      name = "list",
      description = "Lists the sources, when their rows were counted, and what was wrong.",
      mixinStandardHelpOptions = true)
  private static final class ListAll implements Callable<Integer> {
    private final SettingOptions options;

    @Spec private CommandSpec spec;

    ListAll(SettingOptions options) {
      this.options = options;
    }

    @Override
    public Integer call() {
      return run(options, spec, (sources, database) -> sources.list());
    }
  }
}
