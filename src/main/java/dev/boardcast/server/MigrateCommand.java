package dev.boardcast.server;

import dev.boardcast.Boards;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Migrations;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.BoardModule;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows or applies the migrations of the schema, apart from the start of a node. */
@Command(
    name = "migrate",
    description = "Shows or applies what the schema lacks for this release, without a node.",
    mixinStandardHelpOptions = true)
final class MigrateCommand extends DatabaseCommand {
  @ArgGroup(multiplicity = "1")
  private Act act;

  /** One of the two. */
  private static final class Act {
    @Option(names = "--plan", description = "Prints the migrations that are missing.")
    private boolean isPlan;

    @Option(names = "--apply", description = "Applies them.")
    private boolean isApply;
  }

  MigrateCommand(SettingOptions options) {
    super(options);
  }

  @Override
  String run(EffectiveSettings located) throws Exception {
    var database = located.bind(DatabaseConfig.class);
    List<String> pending = Migrations.pending(database, folders());
    if (pending.isEmpty()) return "nothing to migrate\n";
    if (act.isApply) Migrations.applyNow(database, folders());
    return (act.isApply ? "applied" : "pending") + ":\n" + String.join("\n", pending) + "\n";
  }

  /** The migrations of boards on the class path. */
  static List<String> folders() {
    return Boards.found().stream()
        .map(BoardModule::migrations)
        .flatMap(java.util.Optional::stream)
        .toList();
  }
}
