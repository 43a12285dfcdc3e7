package dev.boardcast.server;

import dev.boardcast.auth.SecretFile;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.server.settings.AuthSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.NodeSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.server.settings.SettingParsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a token that nodes with the same settings believe. */
@Command(
    name = "token",
    description = "Prints one token signed by the configured key.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
  @Option(names = "--user", required = true, description = "Who it is for: the claim sub.")
  private String user;

  @Option(names = "--team", description = "A team; may be repeated.")
  private Set<String> teams = Set.of();

  @Option(names = "--role", description = "A role such as ingest, publish, admin; repeatable.")
  private Set<String> roles = Set.of();

  @Option(names = "--ttl", defaultValue = "1h", description = "How long it is valid (default 1h).")
  private String ttl;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    EffectiveSettings values = SettingOptions.values(spec);
    if (user.isBlank()) throw InvalidSettingException.value("user", user, "flag --user", "a name");
    Path key = SecretFile.in(values.get(NodeSettings.DATA_DIR));
    boolean found = Files.exists(key);
    try {
      var issuer = TokenIssuer.of(AuthSettings.config(values));
      String token = issuer.issue(user, teams, roles, validFor());
      if (!found && Files.exists(key)) {
        spec.commandLine()
            .getErr()
            .println("made a new key, " + key + ": other nodes have another");
      }
      spec.commandLine().getOut().println(token);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException unsigned) {
      throw InvalidSettingException.of(unsigned.getMessage());
    } catch (IOException unwritable) {
      throw InvalidSettingException.of(
          "data-dir " + values.get(NodeSettings.DATA_DIR) + " cannot be written");
    }
  }

  private Duration validFor() {
    try {
      return SettingParsers.duration(ttl);
    } catch (IllegalArgumentException bad) {
      throw InvalidSettingException.value(
          "ttl", ttl, "flag --ttl", "a time such as 90s, 1h or 30d");
    }
  }
}
