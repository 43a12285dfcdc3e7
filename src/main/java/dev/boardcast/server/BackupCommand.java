package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.backup.Backup;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the database to a file. */
@Command(
    name = "backup",
    description = "Writes all rows of the database to a file, as of one moment; nodes may run.",
    mixinStandardHelpOptions = true)
final class BackupCommand extends DatabaseCommand {
  @Parameters(paramLabel = "FILE", description = "The file, which must not exist yet.")
  private Path file;

  BackupCommand(SettingOptions options) {
    super(options);
  }

  @Override
  String run(EffectiveSettings located) throws Exception {
    var written = Backup.write(located.bind(DatabaseConfig.class), file);
    return String.format(
        Locale.ROOT,
        "%s: %d rows of %d tables, %.1f MB%n",
        file,
        written.rows(),
        written.tables(),
        written.bytes() / 1e6);
  }
}
