package dev.boardcast.server;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.SecretFile;
import dev.boardcast.auth.TokenIssuer;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.FieldRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints a token that nodes with the same settings accept. */
@Command(
    name = "token",
    description = "Prints a token signed with the configured key.",
    mixinStandardHelpOptions = true)
final class TokenCommand implements Callable<Integer> {
  private static final int MAX_TOPICS = 100;

  private final SettingOptions options;

  @Option(names = "--user", required = true, description = "The user: the claim sub.")
  private String user;

  @Option(names = "--team", description = "A team of the user; repeatable.")
  private Set<String> teams = Set.of();

  @Option(names = "--role", description = "A role such as ingest, publish, admin; repeatable.")
  private Set<String> roles = Set.of();

  @Option(
      names = "--topic",
      description =
          "A stream that the token opens, where its rule has the grant token; repeatable, at most 100.")
  private Set<String> topics = Set.of();

  @Option(
      names = "--ttl",
      defaultValue = "1h",
      description = "How long the token is valid (default ${DEFAULT-VALUE}).")
  private String ttl;

  @Spec private CommandSpec spec;

  TokenCommand(SettingOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() {
    EffectiveSettings settings = options.warned(spec);
    if (user.isBlank()) throw Arguments.invalid("user", user, "a name");
    if (topics.size() > MAX_TOPICS) throw Arguments.invalid("at most 100 topics fit in a token");
    for (String topic : topics) {
      if (!topic.matches(FieldRules.STREAM)) {
        throw Arguments.invalid("topic", topic, FieldRules.STREAM_TEXT);
      }
    }
    Path dataDir = settings.get("data-dir", Path.class);
    Path key = SecretFile.in(dataDir);
    boolean hadKey = Files.exists(key);
    try {
      var issuer = TokenIssuer.of(ProgramDefaults.withKey(settings).bind(AuthConfig.class));
      String token = issuer.issue(user, teams, roles, topics, Arguments.duration("ttl", ttl));
      if (!hadKey && Files.exists(key)) {
        spec.commandLine()
            .getErr()
            .println(
                "created a new key, " + key + "; nodes with another data-dir do not accept it");
      }
      spec.commandLine().getOut().println(token);
      spec.commandLine().getOut().flush();
      return 0;
    } catch (IllegalArgumentException noSecret) {
      throw Arguments.invalid(noSecret.getMessage());
    } catch (IOException unwritable) {
      throw Arguments.invalid("data-dir " + dataDir + " cannot be written");
    }
  }
}
