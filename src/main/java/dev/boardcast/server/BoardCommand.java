package dev.boardcast.server;

import dev.boardcast.alerts.AlertModule;
import dev.boardcast.boards.yaml.BoardFileTool;
import dev.boardcast.boards.yaml.InvalidBoardFileException;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Helps to write board files. */
@Command(
    name = "board",
    description = "Drafts, checks and previews board files, and makes types of them.",
    mixinStandardHelpOptions = true)
final class BoardCommand {
  private static final int FAILED = 1;

  private BoardCommand() {}

  /** The command with its subcommands. */
  static CommandSpec spec(SettingOptions options, Clock clock) {
    return CommandSpec.forAnnotatedObject(new BoardCommand())
        .addSubcommand("new", options.addTo(CommandSpec.forAnnotatedObject(new New(options))))
        .addSubcommand("check", options.addTo(CommandSpec.forAnnotatedObject(new Check(options))))
        .addSubcommand(
            "preview", options.addTo(CommandSpec.forAnnotatedObject(new Preview(options, clock))))
        .addSubcommand("types", CommandSpec.forAnnotatedObject(new Types()));
  }

  /** A command that asks the database and prints what it learns. */
  private abstract static class Asking implements Callable<Integer> {
    private final SettingOptions options;

    @Spec private CommandSpec spec;

    Asking(SettingOptions options) {
      this.options = options;
    }

    /** What to print. */
    abstract Future<String> ask(Pool pool);

    @Override
    public Integer call() throws InterruptedException {
      EffectiveSettings settings = options.warned(spec);
      Logging.configure(settings);
      var vertx = Vertx.vertx();
      try (var servers = DataServers.openPostgres(settings)) {
        var pool = Pools.pool(vertx, servers.settings().bind(DatabaseConfig.class), "board", 1);
        var out = spec.commandLine().getOut();
        out.print(ask(pool).toCompletionStage().toCompletableFuture().get());
        out.flush();
        return 0;
      } catch (EmbeddedServerException failure) {
        return fail(
            "the servers of data-dir %s do not start: %s"
                .formatted(settings.get("data-dir", Path.class), failure.getMessage()));
      } catch (InvalidBoardFileException invalid) {
        throw Arguments.invalid(invalid.getMessage());
      } catch (ExecutionException failure) {
        if (failure.getCause() instanceof IllegalArgumentException invalid) {
          throw Arguments.invalid(invalid.getMessage());
        }
        return fail("the database cannot be queried: " + failure.getCause().getMessage());
      } finally {
        vertx.close().toCompletionStage().toCompletableFuture().join();
      }
    }

    private int fail(String reason) {
      var err = spec.commandLine().getErr();
      err.println("boardcast: " + reason);
      err.flush();
      return FAILED;
    }
  }

  @Command(
      name = "new",
      description = "Prints a board file of version 2 for facts like the rows of a table.",
      mixinStandardHelpOptions = true)
  private static final class New extends Asking {
    @Parameters(paramLabel = "TABLE", description = "A table, with or without its schema.")
    private String table;

    New(SettingOptions options) {
      super(options);
    }

    @Override
    Future<String> ask(Pool pool) {
      return BoardFileTool.draft(pool, table);
    }
  }

  @Command(
      name = "check",
      description =
          "Checks a board file by itself and against the database: also how many rows there are, and"
              + " whether indexes serve what it reads.",
      mixinStandardHelpOptions = true)
  private static final class Check extends Asking {
    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file;

    Check(SettingOptions options) {
      super(options);
    }

    @Override
    Future<String> ask(Pool pool) {
      return BoardFileTool.check(pool, file, AlertModule::check)
          .map(report -> file + " is valid\n" + String.join("", report));
    }
  }

  @Command(
      name = "preview",
      description = "Prints the snapshot that a board file has now. Changes nothing.",
      mixinStandardHelpOptions = true)
  private static final class Preview extends Asking {
    private final Clock clock;

    @Parameters(paramLabel = "FILE", description = "The file, of version 2.")
    private Path file;

    Preview(SettingOptions options, Clock clock) {
      super(options);
      this.clock = clock;
    }

    @Override
    Future<String> ask(Pool pool) {
      return BoardFileTool.preview(pool, file, clock.instant())
          .map(snapshot -> snapshot.text() + "\n");
    }
  }

  @Command(
      name = "types",
      description = "Prints types for the snapshots of a board file. Needs no database.",
      mixinStandardHelpOptions = true)
  private static final class Types implements Callable<Integer> {
    private static final String PACKAGE = "[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*";

    @Option(
        names = "--lang",
        defaultValue = "ts",
        description = "ts for TypeScript, java for records (default ${DEFAULT-VALUE}).")
    private String language;

    @Option(
        names = "--package",
        defaultValue = "",
        description = "The package of the records; by default none.")
    private String home;

    @Parameters(paramLabel = "FILE", description = "The file.")
    private Path file;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
      if (!home.isEmpty() && !home.matches(PACKAGE)) {
        throw Arguments.invalid("package", home, "a package such as com.example.boards");
      }
      try {
        String types =
            switch (language) {
              case "ts" -> BoardFileTool.typeScript(file);
              case "java" -> BoardFileTool.java(file, home);
              default -> throw Arguments.invalid("lang", language, "ts or java");
            };
        spec.commandLine().getOut().print(types);
        spec.commandLine().getOut().flush();
        return 0;
      } catch (InvalidBoardFileException invalid) {
        throw Arguments.invalid(invalid.getMessage());
      }
    }
  }
}
