package dev.boardcast;

import dev.boardcast.admin.AdminConfig;
import dev.boardcast.alerts.AlertsConfig;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingValues;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.engine.ProductVersion;
import dev.boardcast.events.EmitterConfig;
import dev.boardcast.gateway.GatewayConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.memory.BroadcastConfig;
import dev.boardcast.metrics.MetricsConfig;
import dev.boardcast.sources.SourceConfig;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.NodeInfo;
import dev.boardcast.web.LoopbackAddress;
import dev.boardcast.web.OriginPolicy;
import dev.boardcast.web.TlsConfig;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.limits.LimitsConfig;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * The checked options of one run of a node. Immutable.
 *
 * @param node a name that no other run has
 */
record NodeOptions(String node, NodeSettings settings, SettingValues values) {
  private static final String WARM_UP = "gateway-warm-up";

  /**
   * Checks the options of a node with these boards.
   *
   * @throws InvalidSettingException for a bad value or an unknown key
   */
  static NodeOptions of(BoardcastOptions options, List<BoardModule> boards) {
    var catalog = new SettingCatalog(BoardcastOptions.declarations(boards));
    SettingValues values = options.values().withSecretFiles(catalog);
    values.check(catalog);
    var settings = values.bind(NodeSettings.class);
    boolean isBroadcast = settings.node().mode() == Mode.BROADCAST;
    if (isBroadcast && values.text(WARM_UP).isEmpty()) {
      // Where starting fast is the point, the first clients are served more slowly.
      values = values.with(WARM_UP, "0s", "mode");
      settings = values.bind(NodeSettings.class);
    }
    if (settings.node().mode() == Mode.STANDARD) {
      requireServer("pg", settings.database().postgresUri());
      requireServer("redis", settings.database().redisUri());
    } else if (settings.node().usableRoles().isEmpty()) {
      throw new InvalidSettingException("roles", "api or gateway, in mode broadcast");
    }
    String node = "node-" + UUID.randomUUID().toString().substring(0, 8);
    return new NodeOptions(node, settings, values);
  }

  /**
   * Checks that a node without ports of its own was given none for administration.
   *
   * @throws InvalidSettingException otherwise
   */
  void requirePortsFor(boolean listens) {
    if (listens || admin().port().isEmpty()) return;
    throw new InvalidSettingException(
        "admin-port",
        "nothing: the node has no ports of its own (withoutPorts), administration is served where"
            + " it is mounted");
  }

  String name() {
    return settings.cluster().name();
  }

  String host() {
    return settings.node().host();
  }

  int httpPort() {
    return settings.node().httpPort();
  }

  int gatewayPort() {
    return settings.node().gatewayPort();
  }

  Set<Role> roles() {
    return settings.node().usableRoles();
  }

  VisibilityConfig visibility() {
    return settings.node().visibility();
  }

  ClusterConfig cluster() {
    return settings.cluster();
  }

  DatabaseConfig db() {
    return settings.database();
  }

  AuthConfig auth() {
    return settings.auth();
  }

  HttpConfig http() {
    return settings.http();
  }

  TlsConfig tls() {
    return settings.tls();
  }

  AdminConfig admin() {
    return settings.admin();
  }

  AuditTrailConfig audit() {
    return settings.audit();
  }

  /** Which web pages may use the ports of the node's clients. */
  OriginPolicy origins() {
    return origins(host());
  }

  /** Which web pages may use a port at this address. */
  OriginPolicy origins(String address) {
    return new OriginPolicy(
        http().allowedOrigins(),
        LoopbackAddress.matches(address),
        gateway().admission()::isTrustedProxy);
  }

  LimitsConfig limits() {
    return settings.limits();
  }

  EmitterConfig emitter() {
    return settings.emitter();
  }

  SourceConfig sources() {
    return settings.sources();
  }

  Mode mode() {
    return settings.node().mode();
  }

  BroadcastConfig broadcast() {
    return settings.broadcast();
  }

  MetricsConfig metrics() {
    return settings.metrics();
  }

  AlertsConfig alerts() {
    return settings.alerts();
  }

  GatewayConfig gateway() {
    return settings.gateway();
  }

  /** What other nodes learn of a node that listens on these ports. */
  NodeInfo describe(int boundHttpPort, int boundGatewayPort) {
    var names = new TreeSet<String>();
    roles().forEach(role -> names.add(role.name().toLowerCase(Locale.ROOT)));
    return new NodeInfo(
        node, ProductVersion.CURRENT, names, host(), boundHttpPort, boundGatewayPort);
  }

  private static void requireServer(String key, String uri) {
    if (uri.equals(DatabaseConfig.EMBEDDED)) {
      throw new InvalidSettingException(
          key, uri, "options", "the address of a server; only the program starts one");
    }
  }
}
