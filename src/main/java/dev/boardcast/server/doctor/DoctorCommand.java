package dev.boardcast.server.doctor;

import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.admin.AdminConfig;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.command.SecretOption;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.web.PortReservation;
import dev.boardcast.web.TlsConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks whether a node can start and work with the settings in force, or asks running nodes. */
@Command(
    name = "doctor",
    description =
        "Checks the settings, ports, certificates, PostgreSQL, Redis and limits of this machine; or,"
            + " with --node, running nodes. Says how to mend what is wrong, and ends with 1 then.",
    mixinStandardHelpOptions = true)
public final class DoctorCommand implements Callable<Integer> {
  private static final String TOKEN = "BOARDCAST_TOKEN";

  private final SettingOptions options;
  private final Clock clock;

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "A running node to ask, in place of the settings; may be repeated.")
  private List<String> nodes = List.of();

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with a token of the role viewer, for what each node sees of the cluster.")
  private String tokenFile;

  @Spec private CommandSpec spec;

  private DoctorCommand(SettingOptions options, Clock clock) {
    this.options = options;
    this.clock = clock;
  }

  /** The command, with one option for each setting. */
  public static CommandSpec spec(SettingOptions options, Clock clock) {
    return options.addTo(CommandSpec.forAnnotatedObject(new DoctorCommand(options, clock)));
  }

  @Override
  public Integer call() {
    List<Finding> findings = nodes.isEmpty() ? ofSettings(options.values(spec)) : ofNodes();
    var out = spec.commandLine().getOut();
    findings.forEach(out::println);
    out.flush();
    return findings.stream().anyMatch(Finding::isProblem) ? 1 : 0;
  }

  private List<Finding> ofNodes() {
    String token = SecretOption.of(spec, "token", null, tokenFile, TOKEN);
    return new ClusterChecks(Optional.ofNullable(token))
        .check(nodes.stream().map(this::address).toList());
  }

  private URI address(String node) {
    String expected = "--node " + node + ": expected http://HOST:PORT or https://HOST:PORT";
    try {
      var uri = new URI(node);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp && uri.getHost() != null) return uri;
      throw new ParameterException(spec.commandLine(), expected);
    } catch (URISyntaxException invalid) {
      throw new ParameterException(spec.commandLine(), expected, invalid);
    }
  }

  private List<Finding> ofSettings(EffectiveSettings settings) {
    var findings = new ArrayList<Finding>();
    settings.warnings().forEach(warning -> findings.add(Finding.warning(warning)));
    findings.addAll(ports(settings));
    var tls = settings.bind(TlsConfig.class);
    var certificates = new CertificateChecks(clock);
    tls.cert().ifPresent(file -> findings.addAll(certificates.check("tls-cert", file, true)));
    tls.clientCa()
        .ifPresent(file -> findings.addAll(certificates.check("tls-client-ca", file, false)));
    var database = settings.bind(DatabaseConfig.class);
    database
        .tls()
        .pgRootCert()
        .ifPresent(file -> findings.addAll(certificates.check("pg-root-cert", file, false)));
    database
        .tls()
        .redisRootCert()
        .ifPresent(file -> findings.addAll(certificates.check("redis-root-cert", file, false)));
    findings.add(LimitChecks.openFiles());
    findings.add(LimitChecks.heap());
    if (database.postgresUri().equals(DatabaseConfig.EMBEDDED)) {
      findings.add(Finding.ok("pg is embedded: a start brings it"));
    } else {
      findings.addAll(DatabaseChecks.check(database, boardMigrations()));
    }
    if (!database.redisUri().equals(DatabaseConfig.EMBEDDED)) {
      findings.add(RedisCheck.check(database));
    }
    return findings;
  }

  private static List<String> boardMigrations() {
    return Boards.found().stream().map(BoardModule::migrations).flatMap(Optional::stream).toList();
  }

  private static List<Finding> ports(EffectiveSettings settings) {
    String host = settings.get("host", String.class);
    var findings = new ArrayList<Finding>();
    findings.add(port("http-port", host, settings.get("http-port", Integer.class)));
    if (settings.get("roles", Set.class).contains(Role.GATEWAY)) {
      findings.add(port("gateway-port", host, settings.get("gateway-port", Integer.class)));
    }
    var admin = settings.bind(AdminConfig.class);
    admin.port().ifPresent(port -> findings.add(port("admin-port", admin.host(), port)));
    return findings;
  }

  private static Finding port(String setting, String host, int port) {
    if (port == 0) return Finding.ok(setting + " is any free port");
    return PortReservation.problem(setting, host, port)
        .map(
            problem ->
                Finding.problem(
                    problem
                        + ": end what uses it, or choose another; a node that runs is asked by --node"))
        .orElseGet(() -> Finding.ok("%s %d is free on %s".formatted(setting, port, host)));
  }
}
