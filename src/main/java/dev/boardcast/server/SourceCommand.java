package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.sources.ReadOnly;
import dev.boardcast.sources.SourceAdmin;
import dev.boardcast.sources.SourceConfig;
import dev.boardcast.sources.SourceException;
import dev.boardcast.sources.SourceName;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
    void run(SourceAdmin sources) throws SQLException;
  }

  /** Opens the database and runs a command on it. */
  private static int run(SettingOptions options, CommandSpec spec, Work work) {
    EffectiveSettings settings = options.warned(spec);
    Logging.configure(settings);
    try (var servers = DataServers.openPostgres(settings)) {
      EffectiveSettings found = servers.settings();
      work.run(
          new SourceAdmin(
              found.bind(DatabaseConfig.class),
              found.bind(SourceConfig.class),
              spec.commandLine().getOut()));
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

    @Option(names = "--table", required = true, description = "The table, as schema.table.")
    private String table;

    @Option(
        names = "--columns",
        required = true,
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
      if (watermark == null && every == null) {
        if (key != null) throw Arguments.invalid("--key belongs to --watermark");
        if (lag != null) throw Arguments.invalid("--lag belongs to --watermark");
        return run(
            options,
            spec,
            sources -> sources.install(name(connection, table), columns, schema, isShownOnly));
      }
      if (isShownOnly) throw Arguments.invalid("--print belongs to sources with triggers");
      return run(
          options, spec, sources -> sources.install(name(connection, table), columns, readOnly()));
    }

    private ReadOnly readOnly() {
      return new ReadOnly(
          Optional.ofNullable(watermark),
          Optional.ofNullable(key),
          lag == null
              ? watermark == null ? Duration.ZERO : ReadOnly.DEFAULT_LAG
              : Arguments.duration("lag", lag),
          every == null ? ReadOnly.MIN_EVERY : Arguments.duration("every", every));
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
      return run(options, spec, sources -> sources.remove(name(connection, table), isShownOnly));
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
      return run(options, spec, SourceAdmin::list);
    }
  }
}
