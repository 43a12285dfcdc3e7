package dev.boardcast.server.command;

import dev.boardcast.config.SecretValueFile;
import dev.boardcast.config.SettingValues.Value;
import dev.boardcast.spi.InvalidSettingException;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A secret of a command that has no settings: as an option, in a file that an option names, or in
 * the environment, in this order.
 */
public final class SecretOption {
  private SecretOption() {}

  /**
   * Reads the secret. Warns on standard error where it is on the command line, which every user of
   * the machine can read.
   *
   * @param name the option without its dashes; with {@code -file} at its end it names the file
   * @param value of the option; null if it was not given
   * @param file of the option with the file; null if it was not given
   * @param variable of the environment
   * @return null for none
   * @throws InvalidSettingException when the secret is blank, or its file cannot be used
   */
  public static String of(
      CommandSpec spec, String name, String value, String file, String variable) {
    if (value != null) {
      if (value.isBlank()) throw Arguments.invalid(name, "", "a " + name.replaceAll(".*-", ""));
      var err = spec.commandLine().getErr();
      err.println(
          "boardcast: --%s on the command line is visible to every user of this machine, in the list"
                  .formatted(name)
              + " of processes; give it by --%s-file or in the environment, as %s"
                  .formatted(name, variable));
      err.flush();
      return value;
    }
    if (file == null) return System.getenv(variable);
    String form = name + "-file";
    return SecretValueFile.read(form, new Value(file, "flag --" + form));
  }
}
