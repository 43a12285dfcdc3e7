package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.backup.Restore;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Fills an empty database from a file. */
@Command(
    name = "restore",
    description =
        "Fills an empty database from a backup, on any server; boards are counted again at the"
            + " next start of a node.",
    mixinStandardHelpOptions = true)
final class RestoreCommand extends DatabaseCommand {
  @Parameters(paramLabel = "FILE", description = "The file that backup has written.")
  private Path file;

  RestoreCommand(SettingOptions options) {
    super(options);
  }

  @Override
  String run(EffectiveSettings located) throws Exception {
    long rows = Restore.read(located.bind(DatabaseConfig.class), MigrateCommand.folders(), file);
    return """
        restored %d rows
        put facts that were archived back into their tables before a node starts: it counts all boards again
        """
        .formatted(rows);
  }
}
