package dev.boardcast.server;

import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that works on the database and prints what it did. */
abstract class DatabaseCommand implements Callable<Integer> {
  private static final int FAILED = 1;

  private final SettingOptions options;

  @Spec private CommandSpec spec;

  DatabaseCommand(SettingOptions options) {
    this.options = options;
  }

  /**
   * Does the work. Blocks.
   *
   * @param located with the address of the embedded server where that is used
   * @return what to print
   */
  abstract String run(EffectiveSettings located) throws Exception;

  @Override
  public Integer call() throws Exception {
    EffectiveSettings settings = options.warned(spec);
    Logging.configure(settings);
    try (var servers = DataServers.openPostgres(settings)) {
      String result = run(servers.settings());
      var out = spec.commandLine().getOut();
      out.print(result);
      out.flush();
      return 0;
    } catch (EmbeddedServerException failure) {
      return fail(
          "the servers of data-dir %s do not start: %s"
              .formatted(settings.get("data-dir", Path.class), failure.getMessage()),
          failure);
    } catch (SQLException | IOException | IllegalStateException | FlywayException failure) {
      String reason =
          failure instanceof java.nio.file.FileAlreadyExistsException
              ? failure.getMessage() + " exists already"
              : failure.getMessage();
      return fail(reason, failure);
    }
  }

  private int fail(String reason, Exception failure) {
    LoggerFactory.getLogger(getClass()).debug("The command failed", failure);
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + String.valueOf(reason).replaceAll("\\s*[\\r\\n]+\\s*", " "));
    err.flush();
    return FAILED;
  }
}
